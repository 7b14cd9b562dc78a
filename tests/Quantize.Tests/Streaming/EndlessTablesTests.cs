using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>What a graph computes from the number of an element has a closed form where it can: the stream does not end.</summary>
public sealed class EndlessTablesTests : IDisposable
{
    /// <summary>More than a table holds.</summary>
    private const int Steps = 20_000;

    private static readonly ConvertOptions Plain = new() { Precision = ConvertPrecision.F32 };

    private readonly GraphBuilder _g = new();
    private readonly TemporaryFolder _folder = new();
    private readonly string _x;

    public EndlessTablesTests() => _x = _g.Input("x", 1, "time", 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_number_itself() => Require(Numbers(), t => t);

    [Fact]
    public void A_remainder_starts_over() => Require(_g.Node("Mod", [Numbers(), _g.Constant(OnnxTensor.Scalar(7L))]), t => t % 7);

    [Fact]
    public void A_whole_division_grows_by_stairs() =>
        Require(_g.Node("Div", [Numbers(), _g.Constant(OnnxTensor.Scalar(6L))]), t => t / 6);

    [Fact]
    public void Stairs_whose_first_is_shorter() =>
        Require(_g.Node("Div", [_g.Node("Add", [Numbers(), _g.Constant(OnnxTensor.Scalar(2L))]), _g.Constant(OnnxTensor.Scalar(5L))]),
            t => (t + 2) / 5);

    [SharedFact]
    public void The_parity_of_an_iteration_is_right_after_two_to_the_power_of_twenty_three()
    {
        using var model = Model.Load(
            Converter.Convert(Shared.Path("cases/loop_counter_parity.onnx"), Plain).Program,
            "parity");
        using var session = model.CreateSession();
        session.Input(0).Fill(1);
        for (var t = 0; t < 1 << 23; t++)
            session.Step();

        session.Step();
        var even = session.Output(0)[0];
        session.Step();
        var odd = session.Output(0)[0];
        session.Reset();
        session.Input(0).Fill(1);
        session.Step();
        Assert.Equal(session.Output(0)[0], even);
        session.Step();
        Assert.Equal(session.Output(0)[0], odd);
        Assert.NotEqual(even, odd);
    }

    /// <summary>0, 1, … T − 1 for the length T of x.</summary>
    private string Numbers()
    {
        var length = _g.Node("Squeeze", [_g.Node("Slice", [_g.Node("Shape", [_x]), _g.Ints(1), _g.Ints(2)])]);
        return _g.Node("Range", [_g.Constant(OnnxTensor.Scalar(0L)), length, _g.Constant(OnnxTensor.Scalar(1L))]);
    }

    private void Require(string numbers, Func<int, long> expected)
    {
        var column = _g.Node("Unsqueeze", [_g.Node("Cast", [numbers], ("to", (long)OnnxElementType.Float32)), _g.Ints(0, 2)]);
        _g.Output(_g.Node("Add", [_x, column]), "y");
        using var model = Model.Load(
            Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), Plain).Program,
            "numbers");
        Assert.Null(model.Program.MaxSteps);
        using var session = model.CreateSession();
        session.Input(0).Clear();
        for (var t = 0; t < Steps; t++)
        {
            session.Step();
            if (expected(t) != session.Output(0)[0])
                Assert.Fail($"element {t} is {session.Output(0)[0]}, not {expected(t)}");
        }
    }
}
