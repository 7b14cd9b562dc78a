using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.StepModel;

/// <summary>Matrix products and the normalisations beside them.</summary>
internal static class MatrixRules
{
    public static void Linear(Emission op)
    {
        int rows = op.Int("rows"), columns = op.Int("columns"), vectors = op.Int("vectors", 1);
        string[] inputs = [op.In(0, vectors, columns), op.In(1, rows, columns), .. op.HasIn(3) ? new[] { op.In(3, rows) } : []];
        op.Out(0, ElementwiseRules.Activated(op, op.Add("Gemm", inputs, ("transB", 1L))), vectors, rows);
    }

    public static void MatMul(Emission op)
    {
        int rows = op.Int("rows"), columns = op.Int("columns"), inner = op.Int("inner");
        var batch = op.IntList("batch");
        var y = op.Add("MatMul", Factor(0, "aBatchStrides", rows, inner), Factor(1, "bBatchStrides", inner, columns));
        int[] shape = [.. batch, rows, columns];
        op.Out(0, ElementwiseRules.Broadcast(op, y, shape), shape);

        string Factor(int input, string strides, int height, int width) =>
            Strided.Read(op, op.Value(input), [.. batch, height, width], [.. op.IntList(strides), width, 1]);
    }

    public static void LayerNorm(Emission op)
    {
        int outer = op.Int("outer", 1), count = op.Int("count");
        var x = op.In(0, outer, count);
        var scale = op.HasIn(1) ? op.In(1, count) : op.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [count], 1));
        var epsilon = op.Float("epsilon", 0);
        var y = op.Int("rms", 0) != 0
            ? op.Add("RMSNormalization", [x, scale], ("axis", -1L), ("epsilon", epsilon))
            : op.Add("LayerNormalization", op.HasIn(2) ? [x, scale, op.In(2, count)] : [x, scale], ("axis", -1L), ("epsilon", epsilon));
        op.Out(0, y, outer, count);
    }
}
