using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Int8;

/// <summary>Programs that are run at once, without a file between.</summary>
public sealed class TrialProgramTests
{
    private const int Steps = 12, Delay = 2;

    [Fact]
    public void A_program_that_is_not_written_gives_what_its_file_gives()
    {
        var graph = StepGraphs.Lstm();
        using var written = Model.LoadSingleStep(ProgramWriter.Write(graph, StepGraphs.Description).AsMemory(), "test");
        using var direct = ProgramWriter.Load(graph, StepGraphs.Description, new PackedConstants());
        var (expected, noise) = Trace(written);
        var pairs = Beside(expected, direct, noise);
        Assert.Equal(Steps, pairs.Count);
        Assert.All(pairs, pair => Assert.Equal(pair.Expected, pair.Actual));
        Assert.Contains(pairs[^1].Actual, value => value != 0);
    }

    [Fact]
    public void Graphs_that_share_constants_share_their_packed_bytes()
    {
        var constants = new PackedConstants();
        var graph = StepGraphs.Lstm();
        var weights = graph.Nodes[0].Inputs[1]!;
        Assert.Same(constants.Of(weights).Bytes, constants.Of(graph.Copy().Nodes[0].Inputs[1]!).Bytes);
    }

    [Fact]
    public void Outputs_that_another_program_does_not_give_count_as_zeros()
    {
        using var model = ProgramWriter.Load(StepGraphs.Lstm(), StepGraphs.Description, new PackedConstants());
        var late = StepGraphs.Lstm();
        late.Outputs[0] = late.Outputs[0] with { Clock = new Clock(1, Delay) };
        using var delayed = ProgramWriter.Load(late, StepGraphs.Description, new PackedConstants());
        var (expected, noise) = Trace(model);
        var pairs = Beside(expected, delayed, noise);
        Assert.Equal(Steps, pairs.Count);
        Assert.All(pairs[^Delay..], pair => Assert.All(pair.Actual, value => Assert.Equal(0, value)));
        Assert.Equal(pairs[Delay].Expected, pairs[0].Actual);
    }

    private static (OutputTrace Trace, Recording Noise) Trace(Model model)
    {
        var random = new Random(5);
        var noise = Recording.Of(model.Inputs, Steps, step =>
        {
            foreach (ref var value in step.Floats(0))
                value = (float)(random.NextDouble() - 0.5);
        });
        using var session = model.CreateSession();
        return (OutputTrace.Of(model, session, noise), noise);
    }

    private static List<(float[] Actual, float[] Expected)> Beside(OutputTrace trace, Model model, Recording noise)
    {
        var pairs = new List<(float[], float[])>();
        using var session = model.CreateSession();
        trace.Beside(model, session, noise, (_, _, actual, expected) => pairs.Add((actual.ToArray(), expected.ToArray())));
        return pairs;
    }
}
