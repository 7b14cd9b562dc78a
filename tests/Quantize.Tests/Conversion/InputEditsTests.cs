using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.Streaming;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Conversion;

/// <summary>--dim, --batch and --history: what the user says of a model's inputs.</summary>
public sealed class InputEditsTests : IDisposable
{
    private const int Features = 3, Length = 4, Steps = 9;

    private static readonly ConvertOptions Plain = new() { Precision = ConvertPrecision.F32 };

    private readonly GraphBuilder _g = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_history_of_its_own_gets_the_observation_after_the_step_oldest_first()
    {
        string obs = _g.Input("obs", 1, Features), hist = _g.Input("hist", 1, Length, Features);
        var flat = _g.Node("Reshape", [hist, _g.Ints(1, Length * Features)]);
        _g.Output(Dense(_g.Node("Concat", [flat, obs], ("axis", 1L)), (Length + 1) * Features), "y");
        using var program = Program(Plain with { Histories = ["hist=obs"] });
        Assert.Equal("obs", Assert.Single(program.Inputs).Name);
        RequireSame(program, "obs", past => new()
        {
            ["obs"] = OnnxTensor.FromFloats(past[^1], 1, Features),
            ["hist"] = OnnxTensor.FromFloats(Last(past[..^1], Length, newestFirst: false), 1, Length, Features),
        });
    }

    [Theory]
    [InlineData("oldest-first", false)]
    [InlineData("newest-first", true)]
    public void A_stack_of_observations_takes_the_new_one_alone(string order, bool newestFirst)
    {
        _g.Output(Dense(_g.Input("obs", 1, Length * Features), Length * Features), "y");
        using var program = Program(Plain with { Histories = [$"obs={Length},{order}"] });
        Assert.Equal(Features, Assert.Single(program.Inputs).Length);
        RequireSame(program, "obs", past => new()
        {
            ["obs"] = OnnxTensor.FromFloats(Last(past, Length, newestFirst), 1, Length * Features),
        });
    }

    [Theory]
    [InlineData("oldest-first", false)]
    [InlineData("newest-first", true)]
    public void A_policy_takes_raw_observations_where_the_stack_holds_normalised_ones(string order, bool newestFirst)
    {
        var h = _g.Node("Elu", [_g.Linear(_g.Input("obs", 1, Length * Features), Length * Features, 64)]);
        _g.Output(_g.Linear(_g.Node("Elu", [_g.Linear(h, 64, 32)]), 32, 2), "y");
        float[] means = [500, -3, 0.25f], deviations = [40, 0.01f, 2];
        var options = new ConvertOptions { Histories = [$"obs={Length},{order}"], Normalize = new NormalizeStats(means, deviations) };
        using var f32 = Program(options with { Precision = ConvertPrecision.F32 });
        using var int8 = Program(options);
        using var original = OrtSession.Open(_folder.Write("original.onnx", _g.ToBytes()), optimized: false);
        using Session floats = f32.CreateSession(), codes = int8.CreateSession();
        var random = new Random(8);
        var past = new List<float[]>();
        OutputError exact = new(), rounded = new();
        for (var step = 0; step < 300; step++)
        {
            float[] unit = [.. Enumerable.Range(0, Features).Select(_ => random.NextSingle() * 4 - 2)];
            past.Add(unit);
            for (var i = 0; i < Features; i++)
                floats.Input(0)[i] = codes.Input(0)[i] = unit[i] * deviations[i] + means[i];

            floats.Step();
            codes.Step();
            var window = OnnxTensor.FromFloats(Last(past, Length, newestFirst), 1, Length * Features);
            var expected = original.Run(new Dictionary<string, OnnxTensor> { ["obs"] = window })["y"].ToFloats();
            exact.Add(floats.Output(0), expected);
            rounded.Add(codes.Output(0), expected);
        }

        Assert.True(exact.SqnrDb > 80, $"{exact.SqnrDb:0.0} dB in float32");
        Assert.True(rounded.SqnrDb >= 35, $"{rounded.SqnrDb:0.0} dB in int8");
    }

    [Theory]
    [InlineData("2")]
    [InlineData("frame=2")]
    public void A_frame_begins_with_the_last_samples_of_the_one_before(string context)
    {
        _g.Output(Dense(_g.Input("frame", 1, Features + 2), Features + 2), "y");
        using var program = Program(Plain with { Contexts = [context] });
        Assert.Equal(Features, Assert.Single(program.Inputs).Length);
        RequireSame(program, "frame", past => new()
        {
            ["frame"] = OnnxTensor.FromFloats([.. past.Count > 1 ? past[^2][^2..] : new float[2], .. past[^1]], 1, Features + 2),
        });
    }

    [Theory]
    [InlineData("x", "neither N nor INPUT=N")]
    [InlineData("9", "no input is a frame")]
    [InlineData("other=2", "no input 'other'")]
    public void A_context_that_does_not_fit_is_refused(string context, string problem)
    {
        _g.Output(Dense(_g.Input("frame", 1, Features + 2), Features + 2), "y");
        var refused = Assert.Throws<EdgeSeqException>(() => Program(Plain with { Contexts = [context] }));
        Assert.Equal(ErrorCodes.InputValueInvalid, refused.Code);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hist=other", "there is no input")]
    [InlineData("nothing", "neither")]
    [InlineData("obs=5,oldest-first", "no stack of 5")]
    public void A_history_that_does_not_fit_is_refused(string history, string problem)
    {
        _g.Output(Dense(_g.Input("obs", 1, Length * Features), Length * Features), "y");
        var refused = Assert.Throws<EdgeSeqException>(() => Program(Plain with { Histories = [history] }));
        Assert.Equal(ErrorCodes.InputValueInvalid, refused.Code);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fixed_batch_becomes_one_stream()
    {
        var y = _g.Node("LSTM", [_g.Input("x", "time", 4, Features), _g.Weights([1, 32, Features]), _g.Weights([1, 32, 8]), "", "",
            _g.Constant(OnnxTensor.FromFloats(new float[32], 1, 4, 8))], 3, ("hidden_size", 8L));
        _g.Output(_g.Node("Squeeze", [y[0], _g.Ints(1)]), "y");
        using var program = Program(Plain with { Batch = 1 });
        Assert.Equal(Features, Assert.Single(program.Inputs).Length);
        Assert.DoesNotContain(program.Program.Choices!, choice => choice.About == "batch");
    }

    [Fact]
    public void Sizes_that_hold_the_batch_are_cut_with_it()
    {
        const int Rows = 4, Hidden = 8, Outputs = 2;
        var x = _g.Input("x", "time", Rows, Features);
        var y = _g.Node("LSTM", [x, _g.Weights([1, 4 * Hidden, Features]), _g.Weights([1, 4 * Hidden, Hidden])], 3,
            ("hidden_size", (long)Hidden))[0];
        var flat = _g.Reshape(y, -1, Hidden);
        var shift = _g.Node("Add", [_g.Node("MatMul", [flat, _g.Weights([Hidden, Outputs])]), _g.Weights([Outputs])]);
        float[] tokens = [.. Enumerable.Repeat((float[])[0.5f, -1], Rows).SelectMany(row => row)];
        var token = _g.Constant(OnnxTensor.FromFloats(tokens, 1, Rows, Outputs));
        _g.Output(_g.Node("Add", [_g.Reshape(shift, -1, Rows, Outputs), token]), "y");
        using var program = Program(Plain with { Batch = 1 });
        Assert.Equal(Features, Assert.Single(program.Inputs).Length);

        using var original = OrtSession.Open(_folder.Write("original.onnx", _g.ToBytes()), optimized: false);
        using var session = program.CreateSession();
        var random = new Random(5);
        var past = new List<float>();
        for (var step = 0; step < Steps; step++)
        {
            float[] row = [.. Enumerable.Range(0, Features).Select(_ => random.NextSingle())];
            row.CopyTo(session.Input(0));
            session.Step();
            past.AddRange(Enumerable.Repeat(row, Rows).SelectMany(values => values));
            var recording = OnnxTensor.FromFloats([.. past], step + 1, Rows, Features);
            var all = original.Run(new Dictionary<string, OnnxTensor> { ["x"] = recording });
            var expected = all["y"].ToFloats().AsSpan(step * Rows * Outputs, Outputs).ToArray();
            for (var i = 0; i < Outputs; i++)
                Assert.Equal(expected[i], session.Output(0)[i], 1e-5f);
        }
    }

    [Fact]
    public void Rows_that_the_model_tells_apart_are_no_batch()
    {
        var x = _g.Input("x", "time", 4, Features);
        var rows = _g.Constant(OnnxTensor.FromFloats([1, 2, 3, 4], 1, 4, 1));
        _g.Output(_g.Node("Tanh", [_g.Node("Mul", [x, rows])]), "y");
        var refused = Assert.Throws<EdgeSeqException>(() => Program(Plain with { Batch = 1 }));
        Assert.Equal(ErrorCodes.InputValueInvalid, refused.Code);
        Assert.Contains("batch of 4", refused.Message, StringComparison.Ordinal);
        Assert.Contains("batch size 1", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_gets_its_size()
    {
        var x = _g.Input("x", 1, "features");
        _g.Output(_g.Node("ReduceSum", [x, _g.Ints(1)]), "y");
        using var program = Program(Plain with { Dims = new Dictionary<string, int> { ["features"] = 5 }, Mode = ConvertMode.Step });
        Assert.Equal([1, 5], Assert.Single(program.Inputs).Shape);
    }

    [Fact]
    public void A_symbol_that_is_not_there_is_told_what_there_is()
    {
        _g.Output(_g.Node("Relu", [_g.Input("x", 1, "time", 2)]), "y");
        var refused = Assert.Throws<EdgeSeqException>(() => Program(Plain with { Dims = new Dictionary<string, int> { ["t"] = 5 } }));
        Assert.Contains("time", refused.Hint, StringComparison.Ordinal);
    }

    private static float[] Last(List<float[]> past, int count, bool newestFirst)
    {
        var padded = Enumerable.Repeat(new float[Features], count).Concat(past).TakeLast(count);
        return [.. (newestFirst ? padded.Reverse() : padded).SelectMany(row => row)];
    }

    private string Dense(string x, int size) => _g.Node("Tanh", [_g.Node("MatMul", [x, _g.Weights([size, 2])])]);

    private Model Program(ConvertOptions options) =>
        Model.Load(Converter.Convert(_folder.Write("model.onnx", _g.ToBytes()), options).Program, "model");

    /// <summary>Each step gives what ONNX Runtime gives for the inputs that follow from all observations so far.</summary>
    private void RequireSame(Model program, string input, Func<List<float[]>, Dictionary<string, OnnxTensor>> inputs)
    {
        using var original = OrtSession.Open(_folder.Write("original.onnx", _g.ToBytes()), optimized: false);
        using var session = program.CreateSession();
        var random = new Random(5);
        var past = new List<float[]>();
        for (var step = 0; step < Steps; step++)
        {
            past.Add([.. Enumerable.Range(0, Features).Select(_ => random.NextSingle())]);
            past[^1].CopyTo(session.Input(program.InputIndex(input)));
            session.Step();
            var expected = original.Run(inputs(past))["y"].ToFloats();
            for (var i = 0; i < expected.Length; i++)
                Assert.Equal(expected[i], session.Output(0)[i], 1e-5f);
        }
    }
}
