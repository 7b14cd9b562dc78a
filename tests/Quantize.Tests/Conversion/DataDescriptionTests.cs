using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>Channels, units, hop, rate and labels go from the command line into the program, or do not fit and say so.</summary>
public sealed class DataDescriptionTests : IDisposable
{
    private static readonly ConvertOptions Plain = new() { Precision = ConvertPrecision.F32 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Channels_and_units_of_the_only_input_are_in_the_program()
    {
        using var program = Program(Motion(), Plain with { Channels = ["ax, ay,az"], Units = ["g+deg/s"] });
        var input = Assert.Single(program.Inputs);
        Assert.Equal(["ax", "ay", "az"], input.Channels!);
        Assert.Equal("g+deg/s", input.Unit);
        Assert.Null(input.Hop);
    }

    [Fact]
    public void Channels_find_the_only_input_of_their_number_or_say_which()
    {
        using var program = Program(TwoSensors(), Plain with { Channels = ["a,b,c", "one=x,y"], Units = ["two=Pa"] });
        Assert.Equal(["x", "y"], program.Inputs[program.InputIndex("one")].Channels!);
        Assert.Equal(["a", "b", "c"], program.Inputs[program.InputIndex("two")].Channels!);
        Assert.Equal("Pa", program.Inputs[program.InputIndex("two")].Unit);
    }

    [Fact]
    public void A_hop_makes_the_rate_one_of_samples()
    {
        using var program = Program(Frames(), Plain with { Hop = 128, RateHz = 16000 });
        var input = Assert.Single(program.Inputs);
        Assert.Equal(128, input.Hop);
        Assert.Equal(16000, input.SampleHz);
        Assert.Equal(125, program.RateHz);
    }

    [Fact]
    public void A_rate_without_a_hop_is_one_of_steps()
    {
        using var program = Program(Frames(), Plain with { RateHz = 125 });
        Assert.Null(program.Inputs[0].SampleHz);
        Assert.Equal(125, program.RateHz);
    }

    [Fact]
    public void Normalisation_brings_the_names_of_its_channels()
    {
        var path = _folder.Write("stats.json", """{"features": ["ax", "ay", "az"], "mean": [1, 2, 3], "std": [1, 1, 2]}"""u8.ToArray());
        using var program = Program(Motion(), Plain with { Normalize = NormalizeStats.Read(path) });
        Assert.Equal(["ax", "ay", "az"], program.Inputs[0].Channels!);
    }

    [Fact]
    public void Names_that_are_given_stand_above_those_of_the_normalisation()
    {
        var stats = new NormalizeStats([1, 2, 3], [1, 1, 2]) { Channels = ["ax", "ay", "az"] };
        using var program = Program(Motion(), Plain with { Normalize = stats, Channels = ["x,y,z"] });
        Assert.Equal(["x", "y", "z"], program.Inputs[0].Channels!);
    }

    [Theory]
    [InlineData("ax,ay", "give 3 names")]
    [InlineData("ax,ay,ax", "give each channel a name")]
    [InlineData("ax,,az", "give each channel a name")]
    public void Channels_that_do_not_fit_are_refused(string channels, string hint) =>
        Refused(Motion(), Plain with { Channels = [channels] }, hint);

    [Fact]
    public void Channels_that_could_be_of_several_inputs_are_refused() =>
        Refused(TwoSensors(), Plain with { Channels = ["a,b,c,d"] }, "--channels one=");

    [Fact]
    public void Empty_units_are_refused() => Refused(Motion(), Plain with { Units = ["g+"] }, "--units g+deg/s");

    [Fact]
    public void A_hop_longer_than_the_frame_is_refused() => Refused(Frames(), Plain with { Hop = 257 }, "--hop 256");

    [Fact]
    public void A_hop_for_several_inputs_is_refused() => Refused(TwoSensors(), Plain with { Hop = 2 }, "--mode window");

    [Fact]
    public void Labels_of_another_number_than_any_output_are_refused() =>
        Refused(Motion(), Plain with { Labels = ["up", "down", "left"] }, "give 2 names");

    private static GraphBuilder Motion()
    {
        var g = new GraphBuilder();
        return g.Output(g.Linear(g.Input("motion", 1, 3), 3, 2), "classes");
    }

    private static GraphBuilder Frames()
    {
        var g = new GraphBuilder();
        return g.Output(g.Linear(g.Input("frame", 1, 256), 256, 2), "speech");
    }

    private static GraphBuilder TwoSensors()
    {
        var g = new GraphBuilder();
        string one = g.Input("one", 1, 2), two = g.Input("two", 1, 3);
        return g.Output(g.Node("Add", [g.Linear(one, 2, 4), g.Linear(two, 3, 4)]), "y");
    }

    private Model Program(GraphBuilder graph, ConvertOptions options) =>
        Model.Load(Converter.Convert(_folder.Write("model.onnx", graph.ToBytes()), options).Program, "model");

    private void Refused(GraphBuilder graph, ConvertOptions options, string hint)
    {
        var error = Assert.Throws<EdgeSeqException>(() => Program(graph, options));
        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains(hint, error.Hint, StringComparison.Ordinal);
    }
}
