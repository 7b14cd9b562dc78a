using System.Text.Json;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Verification;

public sealed class MatrixInputTests
{
    private const int Absent = -1, X = 0, Ring = 1, Int8 = 2, Float = 3, Y = 4, H = 5;

    [Fact]
    public void A_static_scale_says_what_int8_reaches()
    {
        var input = Assert.Single(Inputs("Linear", [X, Int8, Float], [Y], ("xScale", 0.5f)));

        Assert.Equal((X, false, 63.5f), (input.Value, input.IsState, input.StaticLimit));
    }

    [Fact]
    public void Only_the_int8_matrices_of_a_node_count()
    {
        var input = Assert.Single(Inputs("RNN", [X, Float, Float, Int8, Float], [Y, H]));

        Assert.Equal((H, true, null), (input.Value, input.IsState, input.StaticLimit));
    }

    [Fact]
    public void A_recurrence_over_many_steps_multiplies_all_its_states() =>
        Assert.Equal([X, Y], Inputs("RNN", [X, Int8, Float, Int8, Float], [Y, H], ("steps", 4)).Select(input => input.Value));

    [Fact]
    public void A_convolution_multiplies_what_comes_or_the_ring_that_another_op_fills()
    {
        Assert.Equal(X, Assert.Single(Inputs("ConvStep", [X, Ring, Int8, Float], [Y])).Value);
        Assert.Equal(Ring, Assert.Single(Inputs("ConvStep", [Absent, Ring, Int8, Float], [Y])).Value);
    }

    private static IReadOnlyList<MatrixInput> Inputs(string op, int[] inputs, int[] outputs,
        params (string Name, object Value)[] attributes)
    {
        var spec = new OpSpec
        {
            Op = op,
            Name = "node",
            Clock = 0,
            In = inputs,
            Out = outputs,
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute =>
                JsonSerializer.SerializeToElement(attribute.Value)),
        };
        ValueSpec[] values = [.. Enumerable.Range(0, H + 1).Select(i => new ValueSpec
        {
            Name = $"value {i}",
            Type = i == Int8 ? ElementType.I8 : ElementType.F32,
            Shape = [1],
            Place = ValuePlace.Arena,
        })];
        return MatrixInput.Of(spec, values);
    }
}
