using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Int8;

/// <summary>Small step graphs with random weights.</summary>
internal static class StepGraphs
{
    public const int Inputs = 6, Hidden = 16, Outputs = 4;

    public static ProgramDescription Description { get; } = new()
    {
        Name = "test",
        Mode = "stream",
        Provenance = new Provenance { OnnxFile = "test.onnx", OnnxSha256 = "", Converter = "test", Precision = "int8" },
    };

    /// <summary>x [6] → Relu → Linear 4 ('dense') → y, with weights that int8 codes hold exactly.</summary>
    public static StepGraph ReluDense()
    {
        var random = new Random(3);
        var graph = new StepGraph();
        var x = graph.Arena("x", ElementType.F32, [Inputs]);
        var above = graph.Arena("above", ElementType.F32, [Inputs]);
        graph.Add("Unary", "relu", Clock.EveryStep, [x], [above], ("fn", "Relu"));
        float[] weights = [.. Enumerable.Range(0, Outputs * Inputs).Select(i => i % Inputs == 0 ? 127 : random.Next(-127, 128))];
        var y = graph.Arena("y", ElementType.F32, [Outputs]);
        graph.Add("Linear", "dense", Clock.EveryStep,
            [above, graph.Constant("dense.weight", weights, [Outputs, Inputs], new MatrixLayout(1, Outputs, Inputs))], [y],
            ("rows", Outputs), ("columns", Inputs));
        graph.Inputs.Add(new StepInput("x", x, [Inputs], 0));
        graph.Outputs.Add(new StepOutput("y", y, Clock.EveryStep, [Outputs], 0));
        return graph;
    }

    /// <summary>x [6] → LSTM 16 ('lstm') → Linear 4 ('dense') → y.</summary>
    public static StepGraph Lstm()
    {
        var random = new Random(3);
        var graph = new StepGraph();
        var x = graph.Arena("x", ElementType.F32, [Inputs]);
        var h = graph.State("h", ElementType.F32, [1, Hidden]);
        var c = graph.State("c", ElementType.F32, [1, Hidden]);
        var layout = new MatrixLayout(1, 4 * Hidden, Inputs, 4);
        graph.Add("LSTM", "lstm", Clock.EveryStep,
            [
                x, Weights("W", layout), null, Weights("R", layout with { Columns = Hidden }), null,
                graph.Constant("bias", Random(4 * Hidden), [4 * Hidden], layout.RowVector), null, h, c,
            ],
            [null, h, c],
            ("hidden", Hidden), ("input", Inputs), ("steps", 1), ("batch", 1));
        var y = graph.Arena("y", ElementType.F32, [Outputs]);
        graph.Add("Linear", "dense", Clock.EveryStep, [h, Weights("dense.weight", new MatrixLayout(1, Outputs, Hidden)), null, null], [y],
            ("rows", Outputs), ("columns", Hidden), ("vectors", 1));
        graph.Inputs.Add(new StepInput("x", x, [Inputs], 0));
        graph.Outputs.Add(new StepOutput("y", y, Clock.EveryStep, [Outputs], 0));
        return graph;

        StepValue Weights(string name, MatrixLayout shape) =>
            graph.Constant(name, Random(shape.Rows * shape.Columns), [shape.Rows, shape.Columns], shape);

        float[] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }
}
