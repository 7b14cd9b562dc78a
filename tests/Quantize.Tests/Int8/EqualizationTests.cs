using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Int8;

public class EqualizationTests
{
    private static readonly MatrixLayout Layout = new(1, 2, 4);

    [Fact]
    public void Scales_lie_half_way_between_inputs_and_weights()
    {
        var scales = Equalization.Scales(Dense(new StepGraph(), [1, 1, 1, 1, 1, 1, 1, 1]), Moments([64, 1, 1, 1f / 64]));

        Assert.Equal([8, 1, 1, 1f / 8], scales);
    }

    [Fact]
    public void Columns_that_make_up_for_their_inputs_need_the_inverse_scale()
    {
        var scales = Equalization.Scales(Dense(new StepGraph(), [16, 1, 1, 1f / 16, 16, 1, 1, 1f / 16]), Moments([1, 1, 1, 1]));

        Assert.Equal([0.25f, 1, 1, 4], scales);
    }

    [Fact]
    public void Scaled_weights_times_divided_inputs_are_the_same_product()
    {
        var graph = new StepGraph();
        float[] weights = [1, 2, 3, 4, 5, 6, 7, 8];

        var (divide, node) = Equalization.Apply(graph, Dense(graph, weights), [2, 1, 0.5f, 4]);

        float[] factors = [.. divide.Inputs[1]!.Floats];
        Assert.Equal(weights, node.Inputs[1]!.Floats.Select((weight, i) => weight * factors[i % 4]));
        Assert.Same(divide.Outputs[0], node.Inputs[0]);
    }

    [Fact]
    public void Weights_that_the_model_brings_as_integers_stay_as_they_are()
    {
        var node = Dense(new StepGraph(), new float[8]);
        node.InputScale = 0.1f;

        Assert.False(Equalization.Applies(node));
    }

    private static StepNode Dense(StepGraph graph, float[] weights) => graph.Add(
        "Linear", "dense", Clock.EveryStep,
        [graph.Arena("x", ElementType.F32, [4]), graph.Constant("w", weights, [2, 4], Layout), null, null],
            [graph.Arena("y", ElementType.F32, [2])],
        ("rows", 2), ("columns", 4));

    private static SecondMoments Moments(float[] vector)
    {
        var moments = new SecondMoments(vector.Length);
        moments.Add(vector);
        return moments;
    }
}
