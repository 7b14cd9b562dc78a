using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Matrix products and the normalisations beside them.</summary>
internal static class MatrixEmission
{
    public static void Linear(Emission op)
    {
        int rows = op.Int("rows"), columns = op.Int("columns"), vectors = op.Int("vectors");
        string[] inputs = [op.In("x", vectors, columns), op.In("W", rows, columns), .. op.HasIn("bias") ? new[] { op.In("bias", rows) }
            : []];
        op.Out("y", ElementwiseEmission.Activated(op, op.Add("Gemm", inputs, ("transB", 1L))), vectors, rows);
    }

    public static void MatMul(Emission op)
    {
        int rows = op.Int("rows"), columns = op.Int("columns"), inner = op.Int("inner");
        var batch = op.IntList("batch");
        var y = op.Add("MatMul", Factor("a", "aBatchStrides", rows, inner), Factor("b", "bBatchStrides", inner, columns));
        int[] shape = [.. batch, rows, columns];
        op.Out("y", ElementwiseEmission.Broadcast(op, y, shape), shape);

        string Factor(string input, string strides, int height, int width) =>
            Strided.Read(op, op.Value(input), [.. batch, height, width], [.. op.IntList(strides), width, 1]);
    }

    /// <summary>The matrix with its zeros.</summary>
    public static void Banded(Emission op)
    {
        int rows = op.Int("rows"), columns = op.Int("columns"), vectors = op.Int("vectors");
        int[] first = op.IntList("first"), width = op.IntList("width");
        var packed = op.Value("W").Floats;
        var matrix = new float[columns * rows];
        var at = 0;
        for (var tile = 0; tile < first.Length; at += PackedLayout.TileLengthF32(width[tile++]))
        {
            for (var row = tile * PackedLayout.TileRows; row < Math.Min(rows, (tile + 1) * PackedLayout.TileRows); row++)
            {
                var inTile = row % PackedLayout.TileRows;
                for (var c = 0; c < width[tile]; c++)
                    matrix[(first[tile] + c) * rows + row] = packed[at + PackedLayout.OffsetF32(inTile, c, width[tile])];
            }
        }

        var product = op.Add("MatMul", op.In("x", vectors, columns), op.Constant(OnnxTensor.FromFloats(matrix, columns, rows)));
        op.Out("y", product, vectors, rows);
    }

    public static void LayerNorm(Emission op)
    {
        int outer = op.Int("outer"), count = op.Int("count");
        var x = op.In("x", outer, count);
        var scale = op.HasIn("scale") ? op.In("scale", count) : op.Constant(OnnxTensor.Filled(OnnxElementType.Float32, [count], 1));
        var epsilon = op.Float("epsilon");
        var y = op.Int("rms") != 0
            ? op.Add("RMSNormalization", [x, scale], ("axis", -1L), ("epsilon", epsilon))
            : op.Add("LayerNormalization", op.HasIn("bias") ? [x, scale, op.In("bias", count)] : [x, scale], ("axis", -1L),
            ("epsilon", epsilon));
        op.Out("y", y, outer, count);
    }
}
