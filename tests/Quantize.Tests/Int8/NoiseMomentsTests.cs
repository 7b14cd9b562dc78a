using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Tests.Int8;

/// <summary>What noise shows of the states that a recurrent layer makes itself.</summary>
public sealed class NoiseMomentsTests
{
    [Fact]
    public void Of_states_alone_nothing_else_is_learned()
    {
        var (_, made) = Made(StepGraphs.Lstm());

        var (key, moments) = Assert.Single(made);
        Assert.Equal((0, true), (key.Node, key.Slot.IsRecurrent));
        Assert.False(moments.IsEmpty);
        Assert.False(moments.TellMeans);
    }

    [Fact]
    public void Codes_fitted_to_states_on_noise_lower_the_error_on_other_noise_and_leave_biases_alone()
    {
        var graph = StepGraphs.Lstm();
        var (plain, made) = Made(graph);

        var fitted = Quantizer.Quantize(graph, new QuantizerOptions(), made);

        Assert.Same(graph.Nodes[0].Inputs[5]!.Data, fitted.Nodes[0].Inputs[5]!.Data);
        var (before, after) = (ErrorOnOtherNoise(graph, plain), ErrorOnOtherNoise(graph, fitted));
        Assert.True(after < before, $"{after} after {before}");
    }

    [Fact]
    public void Weights_that_several_layers_share_stay_shared()
    {
        var graph = StepGraphs.Lstm();
        var layer = graph.Nodes[0];
        StepValue?[] inputs = [.. layer.Inputs];
        var (h, c) = (graph.State("h2", layer.Outputs[1]!.Type, layer.Outputs[1]!.Shape),
            graph.State("c2", layer.Outputs[2]!.Type, layer.Outputs[2]!.Shape));
        (inputs[7], inputs[8]) = (h, c);
        graph.Nodes.Insert(1, new StepNode(layer.Op, "second", layer.Clock, inputs, [null, h, c],
            new Dictionary<string, object>(layer.Attributes)));

        Assert.Empty(Made(graph).Moments);
    }

    private static (StepGraph Int8, Dictionary<(int Node, WeightSlot Slot), SecondMoments> Moments) Made(StepGraph graph)
    {
        var int8 = Quantizer.Quantize(graph, new QuantizerOptions());
        return (int8, NoiseMoments.Of(int8, StepGraphs.Description, [NoiseDomain.Unit], onlyStates: true));
    }

    /// <summary>Energy of the output's error as a share of the output's.</summary>
    private static double ErrorOnOtherNoise(StepGraph f32, StepGraph int8)
    {
        using var expected = ProgramWriter.Load(f32, StepGraphs.Description, new PackedConstants());
        using var actual = ProgramWriter.Load(int8, StepGraphs.Description, new PackedConstants());
        using Session reference = expected.CreateSession(), session = actual.CreateSession();
        var (error, random) = (new OutputError(), new Random(7));
        for (var step = 0; step < 2000; step++)
        {
            for (var i = 0; i < StepGraphs.Inputs; i++)
                reference.Input(0)[i] = session.Input(0)[i] = (float)(random.NextDouble() * 4 - 2);

            reference.Step();
            session.Step();
            error.Add(session.Output(0), reference.Output(0));
        }

        return error.RelativeError;
    }
}
