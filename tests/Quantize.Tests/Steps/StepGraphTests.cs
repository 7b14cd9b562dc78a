using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Steps;

/// <summary>A node that does not fit the definition of its op is refused where it is added.</summary>
public class StepGraphTests
{
    private readonly StepGraph _graph = new();
    private readonly StepValue _x;
    private readonly StepValue _weights;
    private readonly StepValue _y;

    public StepGraphTests()
    {
        _x = _graph.Arena("x", ElementType.F32, [3]);
        _weights = _graph.Constant("weights", new float[6], [2, 3], new MatrixLayout(1, 2, 3));
        _y = _graph.Arena("y", ElementType.F32, [2]);
    }

    [Fact]
    public void Operands_lie_where_the_definition_has_them_whatever_their_order()
    {
        var node = _graph.Add("Linear", "dense", Clock.EveryStep, [("W", _weights), ("x", _x)], [("y", _y)], ("rows", 2), ("columns", 3));

        Assert.Equal([_x, _weights, null, null, null], node.Inputs);
        Assert.Equal([_y], node.Outputs);
    }

    [Fact]
    public void An_absent_attribute_is_its_default() =>
        Assert.Equal(1, Linear([_x, _weights], [_y], ("rows", 2), ("columns", 3)).Int("vectors"));

    [Fact]
    public void An_op_that_is_not_defined_is_refused() =>
        Refused("Node 'layer_7': there is no step op 'Novelty'", () => _graph.Add("Novelty", "layer_7", Clock.EveryStep, [_x], [_y]));

    [Fact]
    public void A_missing_operand_is_refused() =>
        Refused("Node 'dense' (step op Linear): input W is missing", () => Linear([_x], [_y], ("rows", 2), ("columns", 3)));

    [Fact]
    public void An_operand_of_another_type_is_refused() => Refused(
        "input x is ids Arena I64[3], not F32",
        () => Linear([_graph.Arena("ids", ElementType.I64, [3]), _weights], [_y], ("rows", 2), ("columns", 3)));

    [Fact]
    public void A_ring_that_is_no_state_is_refused() => Refused(
        "input ring is x Arena F32[3], not a state",
        () => _graph.Add("Push", "push", Clock.EveryStep, [_x, _x], Array.Empty<StepValue>(), ("size", 3), ("length", 1)));

    [Fact]
    public void An_operand_too_many_is_refused() =>
        Refused("6 inputs are given, it has 5", () => Linear([_x, _weights, null, null, null, _x], [_y], ("rows", 2), ("columns", 3)));

    [Fact]
    public void An_output_in_the_place_of_an_input_is_refused_unless_the_op_may_write_there()
    {
        _graph.Add("Softmax", "softmax", Clock.EveryStep, [_x], [_x], ("count", 3));

        Refused("output x Arena F32[3] is input x too", () => Linear([_x, _weights], [_x], ("rows", 2), ("columns", 3)));
    }

    [Theory]
    [InlineData("attribute 'columns' is missing", "rows", 2)]
    [InlineData("attribute 'rows' is not a whole number from 1 to 2147483647", "rows", 0)]
    [InlineData("attribute 'rows' is not a whole number", "rows", 2.0f)]
    [InlineData("attribute 'activation' is 'Relu6', not one of Abs, ", "activation", "Relu6")]
    [InlineData("attribute 'xScale' must be above 0", "xScale", 0f)]
    [InlineData("attribute 'transposed' is not known", "transposed", 1)]
    public void An_attribute_that_does_not_fit_is_refused(string problem, string name, object value) =>
        Refused(problem, () => Linear([_x, _weights], [_y], (name, value)));

    private StepNode Linear(StepValue?[] inputs, StepValue?[] outputs, params (string Name, object? Value)[] attributes) =>
        _graph.Add("Linear", "dense", Clock.EveryStep, inputs, outputs, attributes);

    private void Refused(string problem, Func<StepNode> add)
    {
        var count = _graph.Nodes.Count;

        Assert.Contains(problem, Assert.Throws<ArgumentException>(add).Message);
        Assert.Equal(count, _graph.Nodes.Count);
    }
}
