using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Int8;

public class QuantizerTests
{
    [Fact]
    public void A_matrix_gets_int8_weights_and_a_scale_a_row()
    {
        var graph = new StepGraph();
        var layout = new MatrixLayout(1, 2, 3);
        AddLinear(graph, "dense", [1, 2, 3, 4, 5, 6], layout);

        var node = Quantizer.Quantize(graph, new QuantizerOptions()).Nodes[0];

        Assert.Equal(ElementType.I8, node.Inputs[1]!.Type);
        Assert.Equal(layout, node.Inputs[1]!.Layout);
        Assert.Equal(layout.RowVector, node.Inputs[2]!.Layout);
        Assert.Equal(2, node.Inputs[2]!.Length);
    }

    [Fact]
    public void The_float_graph_stays_as_it_is()
    {
        var graph = new StepGraph();
        AddLinear(graph, "dense", [1, 2, 3, 4, 5, 6], new MatrixLayout(1, 2, 3));

        Quantizer.Quantize(graph, new QuantizerOptions());

        Assert.Equal(ElementType.F32, graph.Nodes[0].Inputs[1]!.Type);
        Assert.Null(graph.Nodes[0].Inputs[2]);
    }

    [Fact]
    public void A_float_node_keeps_its_weights()
    {
        var graph = new StepGraph();
        AddLinear(graph, "dense", [1, 2, 3, 4, 5, 6], new MatrixLayout(1, 2, 3));

        var node = Quantizer.Quantize(graph,
            new QuantizerOptions { FloatNodes = new Dictionary<string, string> { ["dense"] = "" } }).Nodes[0];

        Assert.Equal(ElementType.F32, node.Inputs[1]!.Type);
    }

    [Fact]
    public void A_depthwise_kernel_stays_float()
    {
        var graph = new StepGraph();
        AddLinear(graph, "depthwise", [1, 2, 3, 4, 5, 6], new MatrixLayout(2, 1, 3, OneMatrix: true));

        var node = Quantizer.Quantize(graph, new QuantizerOptions()).Nodes[0];

        Assert.Equal(ElementType.F32, node.Inputs[1]!.Type);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(200, false)]
    public void A_layer_of_few_products_stays_float_where_that_is_wanted(int vectors, bool isFloat)
    {
        var graph = new StepGraph();
        AddLinear(graph, "dense", [1, 2, 3, 4, 5, 6], new MatrixLayout(1, 2, 3), vectors);

        var plain = Quantizer.Quantize(graph, new QuantizerOptions()).Nodes[0];
        var node = Quantizer.Quantize(graph, new QuantizerOptions { KeepsFreeFloat = true }).Nodes[0];

        Assert.Equal(ElementType.I8, plain.Inputs[1]!.Type);
        Assert.Equal(isFloat ? ElementType.F32 : ElementType.I8, node.Inputs[1]!.Type);
    }

    [Fact]
    public void An_embedding_gets_a_scale_a_row()
    {
        var graph = new StepGraph();
        var table = graph.Constant("table", new float[] { 1, -2, 0.25f, 0.5f, 3, 1 }, [3, 2]);
        var ids = graph.Arena("ids", ElementType.I64, [1]);
        graph.Add("Gather", "embedding", Clock.EveryStep, [table, ids, null], [graph.Arena("y", ElementType.F32, [1, 2])],
            ("outer", 1), ("rows", 3), ("inner", 2));

        var node = Quantizer.Quantize(graph, new QuantizerOptions()).Nodes[0];

        Assert.Equal(ElementType.I8, node.Inputs[0]!.Type);
        Assert.Equal(3, node.Inputs[2]!.Length);
    }

    [Fact]
    public void Keys_and_values_become_int8_with_a_scale_for_each_head_and_token()
    {
        const int KvHeads = 2, Window = 5, KeySize = 4, ValueSize = 3;
        var graph = new StepGraph();
        var keys = graph.State("keys", ElementType.F32, [AttentionRings.KeyFloats(KvHeads, Window, KeySize)]);
        var values = graph.State("values", ElementType.F32, [AttentionRings.ValueFloats(KvHeads, Window, ValueSize)]);
        graph.Add("Attention", "attention", Clock.EveryStep,
            [Arena(KvHeads * KeySize), Arena(KvHeads * KeySize), Arena(KvHeads * ValueSize), keys, values, null, null, null],
                [Arena(KvHeads * ValueSize)],
            ("heads", KvHeads), ("kvHeads", KvHeads), ("keySize", KeySize), ("valueSize", ValueSize), ("window", Window), ("scale", 1f));

        var inputs = Quantizer.Quantize(graph, new QuantizerOptions()).Nodes[0].Inputs;

        Assert.Equal((ElementType.I8, AttentionRings.KeyBytes(KvHeads, Window, KeySize)), (inputs[3]!.Type, inputs[3]!.Length));
        Assert.Equal((ElementType.I8, AttentionRings.ValueBytes(KvHeads, Window, ValueSize)), (inputs[4]!.Type, inputs[4]!.Length));
        Assert.Equal((ElementType.F32, KvHeads * Window), (inputs[5]!.Type, inputs[5]!.Length));
        Assert.Equal((ElementType.F32, KvHeads * Window), (inputs[6]!.Type, inputs[6]!.Length));

        StepValue Arena(int length) => graph.Arena("arena", ElementType.F32, [length]);
    }

    private static void AddLinear(StepGraph graph, string name, float[] weights, MatrixLayout layout, int vectors = 1)
    {
        var w = graph.Constant($"{name}.weight", weights, [layout.Rows, layout.Columns], layout);
        graph.Add("Linear", name, Clock.EveryStep,
            [graph.Arena("x", ElementType.F32, [vectors, layout.Columns]), w, null, null],
            [graph.Arena("y", ElementType.F32, [vectors, layout.Rows])],
            ("rows", layout.Rows), ("columns", layout.Columns));
    }
}
