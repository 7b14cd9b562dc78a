using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Int8;

public sealed class CalibrationTests : IDisposable
{
    private const int Steps = 500;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recordings_lower_the_error_of_the_program()
    {
        var graph = StepGraphs.Lstm();
        var recordings = Waves();

        var plain = Error(graph, Quantizer.Quantize(graph, new QuantizerOptions()), recordings);
        var calibrated = Error(graph, Calibrate(graph, recordings), recordings);

        Assert.True(calibrated < 0.8 * plain, $"calibrated {calibrated}, plain {plain}");
    }

    [Fact]
    public void The_same_recordings_give_the_same_program()
    {
        var recordings = Waves();

        var programs = Enumerable.Range(0, 2)
            .Select(_ => ProgramWriter.Write(Calibrate(StepGraphs.Lstm(), recordings), StepGraphs.Description)).ToArray();

        Assert.Equal(programs[0], programs[1]);
    }

    [Fact]
    public void A_recording_without_steps_is_refused()
    {
        var recordings = Recording([], 0);

        var error = Assert.Throws<EdgeSeqException>(() => Calibrate(StepGraphs.Lstm(), recordings));

        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
    }

    [Fact]
    public void A_NaN_in_a_recording_is_refused_with_its_step()
    {
        var values = new float[10 * StepGraphs.Inputs];
        values[3 * StepGraphs.Inputs + 2] = float.NaN;

        var error = Assert.Throws<EdgeSeqException>(() => Calibrate(StepGraphs.Lstm(), Recording(values, 10)));

        Assert.Equal(ErrorCodes.SampleNotFinite, error.Code);
        Assert.Contains("step 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_rise_until_the_outputs_stand_far_enough_above_their_error()
    {
        const double Wanted = 60;
        var graph = StepGraphs.Lstm();
        var recordings = Waves();

        var raised = Quantizer.Calibrate(graph, Goal(new PrecisionGoal(Wanted, null, null)), StepGraphs.Description, recordings).Graph;

        var signal = Outputs(graph, recordings).Average(value => (double)value * value);
        Assert.True(10 * Math.Log10(signal / Error(graph, Calibrate(graph, recordings), recordings)) < Wanted,
            "int8 alone does not reach it");
        Assert.True(10 * Math.Log10(signal / Error(graph, raised, recordings)) >= Wanted);
        Assert.Contains(raised.Nodes, node => NodePrecisions.Of(node) != NodePrecision.Int8);
    }

    [Fact]
    public void A_loss_that_is_allowed_leaves_every_node_int8_that_float_would_slow()
    {
        var (graph, report) = Quantizer.Calibrate(StepGraphs.Lstm(), Goal(new PrecisionGoal(null, null, MaxLoss: 0.5)),
            StepGraphs.Description, Waves());

        Assert.Equal([("lstm", "int8"), ("dense", "f32")], report!.Nodes.Select(node => (node.Name, node.Form)));
        Assert.Contains("as fast in float", report.Nodes[1].Why, StringComparison.Ordinal);
        Assert.Equal(1, report.Nodes.Sum(node => node.Int8Share), 6);
        Assert.Equal(NodePrecision.Int8, NodePrecisions.Of(graph.Nodes.Single(node => node.Name == "lstm")));
    }

    [Fact]
    public void No_loss_at_all_raises_nodes_until_every_decision_is_that_of_the_float_program()
    {
        var (_, report) = Quantizer.Calibrate(StepGraphs.Lstm(), Goal(new PrecisionGoal(null, null, MaxLoss: 0)), StepGraphs.Description,
            Noise());

        Assert.True(report!.Int8.Loss > 0, "int8 alone loses decisions");
        Assert.Equal((true, 0), (report.IsMet, report.Reached.Loss));
        Assert.All(report.Nodes, node => Assert.Equal(node.Form == "int8", node.Why.Length == 0));
    }

    [Fact]
    public void Inputs_of_very_different_magnitudes_are_equalised()
    {
        var graph = StepGraphs.Lstm();
        var recordings = Recording(
            [.. Enumerable.Range(0, Steps * StepGraphs.Inputs).Select(i => MathF.Sin(0.1f * i) * (i % StepGraphs.Inputs == 0 ? 100 : 1))],
            Steps);

        var (_, report) = Quantizer.Calibrate(graph, Goal(new PrecisionGoal(40, null, null)), StepGraphs.Description, recordings);

        Assert.Contains("equalised", report!.Nodes.First(node => node.Name == "lstm").Form, StringComparison.Ordinal);
        Assert.True(report.Reached.SqnrDb > report.Int8.SqnrDb);
    }

    /// <summary>Twice as many codes: half of the error, 6 dB.</summary>
    [Fact]
    public void A_zero_point_halves_the_error_of_what_lies_above_zero()
    {
        var graph = StepGraphs.ReluDense();
        var recordings = Noise();

        var shifted = Quantizer.Quantize(graph, new QuantizerOptions());
        var symmetric = shifted.Copy();
        symmetric.Nodes.Single(node => node.Op == "Linear").Inputs[WeightSlot.Of("Linear")[0].Shift!.Value] = null;

        double with = Error(graph, shifted, recordings), without = Error(graph, symmetric, recordings);
        Assert.True(with < 0.3 * without, $"with {with}, without {without}");
    }

    [Fact]
    public void A_fixed_scale_that_is_clearly_better_takes_the_place_of_a_zero_point()
    {
        var random = new Random(7);
        var whole = Recording([.. Enumerable.Range(0, Steps * StepGraphs.Inputs).Select(i => i == 0 ? 127f : random.Next(128))], Steps);

        var linear = Calibrate(StepGraphs.ReluDense(), whole).Nodes.Single(node => node.Op == "Linear");

        var slot = WeightSlot.Of(linear)[0];
        Assert.Equal(1f, linear.Attributes[slot.ActivationScale]);
        Assert.Null(linear.Inputs[slot.Shift!.Value]);
    }

    private static StepGraph Calibrate(StepGraph graph, RecordingSet recordings) =>
        Quantizer.Calibrate(graph, new QuantizerOptions(), StepGraphs.Description, recordings).Graph;

    private static QuantizerOptions Goal(PrecisionGoal goal) => new() { Goal = goal };

    /// <summary>Mean squared difference of the outputs.</summary>
    private static double Error(StepGraph graph, StepGraph quantized, RecordingSet recordings) =>
        Outputs(graph, recordings).Zip(Outputs(quantized, recordings), (a, b) => Math.Pow(a - b, 2)).Average();

    private static List<float> Outputs(StepGraph graph, RecordingSet recordings)
    {
        using var model = Model.Load(ProgramWriter.Write(graph, StepGraphs.Description), "test");
        var outputs = new List<float>();
        Replayer.Run(model, recordings, session => outputs.AddRange(session.Output(0)));
        return outputs;
    }

    /// <summary>Channels that vary together, as those of a sensor do.</summary>
    private RecordingSet Waves() => Recording(
        [.. Enumerable.Range(0, Steps * StepGraphs.Inputs)
        .Select(i => MathF.Sin(0.1f * (i / StepGraphs.Inputs)) * (1 + 0.3f * (i % StepGraphs.Inputs)) + 0.1f * MathF.Sin(i))],
        Steps);

    private RecordingSet Noise()
    {
        const int NoiseSteps = 5000;
        var random = new Random(5);
        return Recording([.. Enumerable.Range(0, NoiseSteps * StepGraphs.Inputs).Select(_ => (float)(random.NextDouble() * 4 - 2))],
            NoiseSteps);
    }

    private RecordingSet Recording(float[] values, int steps)
    {
        var path = _folder.File("recording.npy");
        using var writer = new NpyWriter(path, isFloat: true);
        writer.Write(values);
        writer.Complete([steps, StepGraphs.Inputs]);
        return new RecordingSet(path);
    }
}
