using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class ConstantFoldingTests
{
    private static FoldOptions SileroAt16k => new()
    {
        Values = new Dictionary<string, string> { ["sr"] = "16000" },
        Dimensions = new Dictionary<string, long> { ["batch"] = 1, ["sequence"] = 576 },
    };

    [SharedFact]
    public void Silero_with_a_fixed_rate_keeps_no_branch_and_no_shape_arithmetic()
    {
        var folded = ConstantFolding.Fold(Silero(), SileroAt16k);

        Assert.Equal(["input", "state"], folded.Inputs.Select(input => input.Name));
        Assert.Empty(OpTypes(folded).Intersect(["If", "Shape", "Size", "Cast", "Identity", "ConstantOfShape"]));
    }

    [SharedFact]
    public void Folded_silero_gives_the_same_outputs()
    {
        var inputs = ReferenceInputs.Of("real/silero_vad_16k_op15");
        var expected = OrtEvaluator.Evaluate(Silero(), inputs, ["output", "stateN"]);
        inputs.Remove("sr");

        var actual = OrtEvaluator.Evaluate(ConstantFolding.Fold(Silero(), SileroAt16k), inputs, ["output", "stateN"]);

        // ONNX Runtime multiplies with stored weights in another order than with computed ones.
        TensorAssert.Equal(expected, actual, tolerance: 1e-6f);
    }

    [SharedTheory]
    [MemberData(nameof(SharedModelTests.Models), MemberType = typeof(SharedModelTests))]
    public void Folded_models_give_the_same_outputs(string name)
    {
        var graph = OnnxModel.Load(Shared.Path($"{name}.onnx")).Graph;
        var inputs = ReferenceInputs.Of(name);
        var outputs = graph.Outputs.Select(output => output.Name).ToList();

        var folded = OrtEvaluator.Evaluate(ConstantFolding.Fold(graph), inputs, outputs);

        TensorAssert.Equal(OrtEvaluator.Evaluate(graph, inputs, outputs), folded, tolerance: 1e-5f);
    }

    [Fact]
    public void Constant_arithmetic_becomes_one_constant()
    {
        var builder = new GraphBuilder();
        var sum = builder.Node("Add", [builder.Scalar(2), builder.Scalar(3)]);
        builder.Output(builder.Node("Mul", [builder.Input("x", 1), builder.Node("Neg", [sum])]));

        var folded = ConstantFolding.Fold(builder.Build());

        Assert.Equal(["Mul"], OpTypes(folded));
        Assert.Equal([-5f], folded.Constant(folded.Nodes[0].Input(1))!.ToFloats());
        Assert.Single(folded.Initializers);
    }

    [Fact]
    public void The_graph_that_is_folded_stays_as_it_is()
    {
        var builder = new GraphBuilder();
        builder.Output(builder.Node("Mul", [builder.Input("x", 1), builder.Node("Neg", [builder.Scalar(2)])]));

        ConstantFolding.Fold(builder.Build());

        Assert.Equal(["Neg", "Mul"], OpTypes(builder.Build()));
    }

    [Fact]
    public void An_output_that_is_constant_stays_an_output()
    {
        var builder = new GraphBuilder();
        builder.Output(builder.Node("Neg", [builder.Input("x", 1)]));
        builder.Output(builder.Node("Neg", [builder.Scalar(2)]), "two");

        var folded = ConstantFolding.Fold(builder.Build());

        Assert.Equal([-2f], folded.Constant("two")!.ToFloats());
    }

    [Fact]
    public void Stored_integers_of_a_quantised_model_are_kept()
    {
        var builder = new GraphBuilder();
        var weights = builder.Constant(new OnnxTensor(OnnxElementType.Int8, [2, 2], new byte[] { 1, 2, 3, 4 }));
        var dequantized = builder.Node("DequantizeLinear", [weights, builder.Scalar(0.5f)]);
        builder.Output(builder.Node("MatMul", [builder.Input("x", 1, 2), dequantized]));

        Assert.Equal(["DequantizeLinear", "MatMul"], OpTypes(ConstantFolding.Fold(builder.Build())));
    }

    [Fact]
    public void Random_numbers_are_not_constant()
    {
        var builder = new GraphBuilder();
        builder.Output(builder.Node("Add", [builder.Input("x", 2), builder.Node("RandomNormal", [], ("shape", new long[] { 2 }))]));

        Assert.Equal(["RandomNormal", "Add"], OpTypes(ConstantFolding.Fold(builder.Build())));
    }

    [Fact]
    public void Branches_with_the_same_wire_names_do_not_meet_when_they_are_inlined()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2);
        var wires = Enumerable.Range(1, 2).Select(i => builder.Node(
            "If",
            [builder.Constant(OnnxTensor.Scalar(true))],
            ("then_branch", AddConstant(builder, x, i)),
            ("else_branch", AddConstant(builder, x, -i)))).ToArray();
        builder.Output(builder.Node("Mul", wires), "y");

        var folded = ConstantFolding.Fold(builder.Build());

        Assert.Equal(["Add", "Add", "Mul"], OpTypes(folded));
        Assert.Equal([2f, 6f], Evaluate(folded, [0, 1]));
    }

    [Fact]
    public void Branches_inside_branches_are_decided_by_what_the_outer_one_computes()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2);
        var outer = builder.Subgraph("outer", branch =>
        {
            var condition = branch.Node("Equal", [branch.Node("Size", [x]), branch.Constant(OnnxTensor.Scalar(2L))]);
            var yes = branch.Subgraph("yes", inner => [inner.Node("Neg", [x])]);
            var no = branch.Subgraph("no", inner => [inner.Node("Abs", [x])]);
            return [branch.Node("If", [condition], ("then_branch", yes), ("else_branch", no))];
        });
        var other = builder.Subgraph("other", branch => [branch.Node("Exp", [x])]);
        var isSixteen = builder.Node("Equal", [builder.Input("rate", OnnxElementType.Int64), builder.Constant(OnnxTensor.Scalar(16L))]);
        builder.Output(builder.Node("If", [isSixteen], ("then_branch", outer), ("else_branch", other)), "y");

        var folded = ConstantFolding.Fold(builder.Build(), Setting("rate", "16"));

        Assert.Equal(["Neg"], OpTypes(folded));
        Assert.Equal(["x"], folded.Inputs.Select(input => input.Name));
    }

    [Fact]
    public void Constants_inside_a_loop_are_folded_and_the_loop_still_runs()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", 2);
        var two = builder.Scalar(2);
        var body = builder.Subgraph("body", loop =>
        {
            loop.Input("iteration", OnnxElementType.Int64);
            var keepGoing = loop.Input("condition_in", OnnxElementType.Bool);
            var carried = loop.BodyInput("carried_in");
            var four = loop.Node("Add", [two, two]);
            return [loop.Node("Identity", [keepGoing]), loop.Node("Add", [carried, four])];
        });
        builder.Output(builder.Node("Loop", [builder.Constant(OnnxTensor.Scalar(3L)), "", x], ("body", body)), "y");

        var folded = ConstantFolding.Fold(builder.Build());

        Assert.DoesNotContain("Add", folded.Nodes.Single().Graph("body").Nodes.Select(node => node.OpType).Skip(2));
        Assert.Equal([12f, 13f], Evaluate(folded, [0, 1]));
    }

    [Fact]
    public void Shapes_that_are_known_fold_although_other_dimensions_are_open()
    {
        var builder = new GraphBuilder();
        var x = builder.Input("x", "time", 4, 6);
        var channels = builder.Node("Gather", [builder.Node("Shape", [x]), builder.Constant(OnnxTensor.Scalar(2L))]);
        var half = builder.Node("Div", [channels, builder.Constant(OnnxTensor.Scalar(2L))]);
        var target = builder.Node("Concat", [builder.Ints(0, -1), builder.Node("Unsqueeze", [half, builder.Ints(0)])], ("axis", 0L));
        builder.Output(builder.Node("Reshape", [x, target]));

        var folded = ConstantFolding.Fold(builder.Build());

        Assert.Equal(["Reshape"], OpTypes(folded));
        Assert.Equal([0L, -1L, 3L], folded.Constant(folded.Nodes[0].Input(1))!.ToInts());
    }

    [Fact]
    public void A_cast_to_the_same_type_disappears()
    {
        var builder = new GraphBuilder();
        var cast = builder.Node("Cast", [builder.Input("x", "time")], ("to", (long)OnnxElementType.Float32));
        builder.Output(builder.Node("Neg", [cast]));

        Assert.Equal(["Neg"], OpTypes(ConstantFolding.Fold(builder.Build())));
    }

    [Theory]
    [InlineData("2", new float[] { 2, 2, 2, 2 })]
    [InlineData("1, 2.5", new[] { 1, 2.5f, 1, 2.5f })]
    [InlineData("1,2,3,4", new float[] { 1, 2, 3, 4 })]
    public void A_value_given_for_an_input_fills_its_shape(string text, float[] expected)
    {
        var folded = ConstantFolding.Fold(AddTwoInputs(new(2), new(2)).Build(), Setting("h", text));

        Assert.Equal(["x"], folded.Inputs.Select(input => input.Name));
        Assert.Equal(expected, folded.Constant("h")!.ToFloats());
        Assert.Equal([2L, 2L], folded.Constant("h")!.Dims);
    }

    [Fact]
    public void A_value_given_for_an_input_of_open_size_follows_the_input_that_has_the_same_dimension()
    {
        var folded = ConstantFolding.Fold(AddTwoInputs("batch", new(2)).Build(), Setting("h", "10,20"));
        var x = new Dictionary<string, OnnxTensor> { ["x"] = OnnxTensor.FromFloats(new float[6], 3, 2) };

        Assert.Equal(["x"], folded.Inputs.Select(input => input.Name));
        Assert.Equal([10f, 20, 10, 20, 10, 20], OrtEvaluator.Evaluate(folded, x, ["y"])["y"].ToFloats());
    }

    [Theory]
    [InlineData("nothing", "1", "its inputs are 'x', 'h'")]
    [InlineData("h", "one", "'one' is not a number")]
    [InlineData("h", "1,2,3", "3 values do not fill its shape")]
    public void A_value_that_does_not_fit_is_refused(string input, string text, string reason)
    {
        var error = Assert.Throws<EdgeSeqException>(
            () => ConstantFolding.Fold(AddTwoInputs(new(2), new(2)).Build(), Setting(input, text)));

        Assert.Equal(ErrorCodes.InputValueInvalid, error.Code);
        Assert.Contains(reason, error.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Dimensions_given_for_an_input_hold_for_all_inputs()
    {
        var options = new FoldOptions { Shapes = new Dictionary<string, IReadOnlyList<long>> { ["x"] = [5, 2] } };

        var folded = ConstantFolding.Fold(AddTwoInputs("batch", new(2)).Build(), options);

        Assert.All(folded.Inputs, input => Assert.Equal([5L, 2L], input.StaticDims!));
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(-1, 2)]
    public void A_shape_that_contradicts_the_model_is_refused(long rows, long columns)
    {
        var options = new FoldOptions { Shapes = new Dictionary<string, IReadOnlyList<long>> { ["x"] = [rows, columns] } };

        var error = Assert.Throws<EdgeSeqException>(() => ConstantFolding.Fold(AddTwoInputs("batch", new(2)).Build(), options));

        Assert.Equal(ErrorCodes.InputValueInvalid, error.Code);
    }

    [Theory]
    [InlineData(100_000_000)]
    [InlineData(100_000_000_000)]
    public void A_constant_too_large_to_keep_is_refused(long count)
    {
        var builder = new GraphBuilder();
        var large = builder.Node("ConstantOfShape", [builder.Ints(count)]);
        builder.Output(builder.Node("Add", [builder.Input("x", 1), large]));

        var error = Assert.Throws<EdgeSeqException>(() => ConstantFolding.Fold(builder.Build()));

        Assert.True(error.Code == ErrorCodes.FoldedTensorTooLarge || error.Code == ErrorCodes.OnnxRuntimeFails, error.Line);
    }

    private static OnnxGraph Silero() => OnnxModel.Load(Shared.Path("real/silero_vad_16k_op15.onnx")).Graph;

    private static IEnumerable<string> OpTypes(OnnxGraph graph) => graph.Nodes.Select(node => node.OpType);

    private static FoldOptions Setting(string input, string text) =>
        new() { Values = new Dictionary<string, string> { [input] = text } };

    /// <summary>x + value, with the same wire names in every branch.</summary>
    private static OnnxGraph AddConstant(GraphBuilder builder, string x, float value)
    {
        var branch = new OnnxGraph("branch", builder.Build());
        branch.Initializers["value"] = OnnxTensor.Scalar(value);
        branch.Nodes.Add(new OnnxNode($"Add_{value}", "Add") { Inputs = [x, "value"], Outputs = ["result"] });
        branch.Outputs.Add(new OnnxValue("result", OnnxElementType.Undefined, null));
        return branch;
    }

    private static GraphBuilder AddTwoInputs(params OnnxDimension[] dims)
    {
        var builder = new GraphBuilder();
        builder.Output(builder.Node("Add", [builder.Input("x", dims), builder.Input("h", dims)]), "y");
        return builder;
    }

    private static float[] Evaluate(OnnxGraph graph, float[] x) => OrtEvaluator.Evaluate(
        graph, new Dictionary<string, OnnxTensor> { ["x"] = OnnxTensor.FromFloats(x, x.Length) }, ["y"])["y"].ToFloats();
}
