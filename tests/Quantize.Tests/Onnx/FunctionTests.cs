using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Onnx.Proto;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;
using Google.Protobuf;

namespace EdgeSeq.Quantize.Tests.Onnx;

public sealed class FunctionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Calls_of_a_function_are_expanded_with_their_own_wires_and_attributes()
    {
        var model = Model(
            [Call("x", "a", slope: 0.5f), Call("a", "y", slope: null)],
            Function("leak", [Leaky("in", "hidden"), Node("Neg", "hidden", "out")]));

        var graph = Load(model);

        Assert.Equal(["LeakyRelu", "Neg", "LeakyRelu", "Neg"], graph.Nodes.Select(node => node.OpType));
        Assert.Equal([0.5f, 0.125f], graph.Nodes.Where(node => node.Is("LeakyRelu")).Select(node => node.Float("alpha")));
        Assert.Equal(4, graph.Nodes.SelectMany(node => node.Outputs).Distinct().Count());
        AssertGives(graph, 4f, 0.5f);
    }

    [Fact]
    public void A_function_may_pass_its_input_through()
    {
        var model = Model([Call("x", "y", slope: null)], Function("leak", [Node("Neg", "in", "unused")], output: "in"));

        AssertGives(Load(model), 3f, 3f);
    }

    [Fact]
    public void Functions_call_functions()
    {
        var outer = Function("outer", [Call("in", "out", slope: 0.5f)]);
        var model = Model([Node("outer", "x", "y", "local")], outer, Function("leak", [Leaky("in", "out")]));

        AssertGives(Load(model), -4f, -2f);
    }

    [Fact]
    public void A_function_that_calls_itself_is_refused()
    {
        var model = Model([Call("x", "y", slope: null)], Function("leak", [Call("in", "out", slope: null)]));

        Assert.Equal(ErrorCodes.OnnxGraphInvalid, Assert.Throws<EdgeSeqException>(() => Load(model)).Code);
    }

    [Fact]
    public void Functions_that_double_their_calls_are_refused_before_memory_runs_out()
    {
        var functions = Enumerable.Range(0, 60).Select(
            i => Function($"f{i}", [Node($"f{i + 1}", "in", "hidden", "local"), Node($"f{i + 1}", "hidden", "out", "local")]));
        var model = Model([Node("f0", "x", "y", "local")], [.. functions, Function("f60", [Node("Neg", "in", "out")])]);

        Assert.Equal(ErrorCodes.OnnxTooLarge, Assert.Throws<EdgeSeqException>(() => Load(model)).Code);
    }

    [Fact]
    public void A_function_of_an_older_operator_set_keeps_its_meaning()
    {
        var squeeze = Node("Squeeze", "in", "out");
        squeeze.Attribute.Add(new AttributeProto { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints, Ints = { 0 } });
        var function = Function("leak", [squeeze]);
        function.OpsetImport.Add(new OperatorSetIdProto { Version = 11 });

        AssertGives(Load(Model([Call("x", "y", slope: null)], function)), 3f, 3f);
    }

    private static void AssertGives(OnnxGraph graph, float input, float output)
    {
        var inputs = new Dictionary<string, OnnxTensor> { ["x"] = OnnxTensor.FromFloats([input], 1) };
        Assert.Equal([output], OrtEvaluator.Evaluate(graph, inputs, ["y"])["y"].ToFloats());
    }

    private static ModelProto Model(NodeProto[] nodes, params FunctionProto[] functions)
    {
        var builder = new GraphBuilder().Domain("local", 1);
        builder.Input("x", 1);
        builder.Output("y");
        var model = OnnxWriter.ToProto(builder.Build());
        model.Graph.Node.Add(nodes);
        model.Functions.Add(functions);
        return model;
    }

    private static FunctionProto Function(string name, NodeProto[] nodes, string output = "out")
    {
        var function = new FunctionProto { Domain = "local", Name = name, Input = { "in" }, Output = { output } };
        function.Node.Add(nodes);
        function.AttributeProto.Add(FloatAttribute("slope", 0.125f));
        return function;
    }

    private static NodeProto Call(string input, string output, float? slope)
    {
        var call = Node("leak", input, output, "local");
        if (slope is { } value)
            call.Attribute.Add(FloatAttribute("slope", value));
        return call;
    }

    /// <summary>A node whose alpha is the function's attribute "slope".</summary>
    private static NodeProto Leaky(string input, string output)
    {
        var node = Node("LeakyRelu", input, output);
        node.Attribute.Add(new AttributeProto { Name = "alpha", RefAttrName = "slope", Type = AttributeProto.Types.AttributeType.Float });
        return node;
    }

    private static NodeProto Node(string opType, string input, string output, string domain = "") =>
        new() { OpType = opType, Domain = domain, Input = { input }, Output = { output } };

    private static AttributeProto FloatAttribute(string name, float value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    private OnnxGraph Load(ModelProto model) => OnnxModel.Load(_folder.Write("model.onnx", model.ToByteArray())).Graph;
}
