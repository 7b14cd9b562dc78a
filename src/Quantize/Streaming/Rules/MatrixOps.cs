using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Matrix products. A constant factor makes a Linear op with packed weights; two computed factors stay a MatMul. On sequences the
/// time axis must not be contracted, except where that is attention or a running sum.
/// </summary>
internal static class MatrixOps
{
    public static void Register(OpTable table)
    {
        table.Add("MatMul", MatMul, StreamMatMul, "the rows are elements along time; query × key and weights × value become attention",
            int8: "weights; keys and values");
        table.Add("Gemm", Gemm, StreamGemm, "the rows are elements along time", int8: "weights");
    }

    /// <summary>y[v, :] = W · x[v, :] + bias with W [rows, columns] row-major.</summary>
    public static StepOperand Linear(Lowering c, StepOperand x, Weights weights, int rows, int columns, float[]? bias, int[] shape)
    {
        var vectors = x.Length / columns;
        var layout = new MatrixLayout(1, rows, columns);
        var w = weights.Constant(c.Graph, $"{c.Node.Name}.weight", [rows, columns], layout);
        var b = bias is null ? null : c.Graph.Constant($"{c.Node.Name}.bias", bias, [rows], layout.RowVector);
        var y = c.New(shape);
        c.Add("Linear", [c.Value(x, $"{c.Node.Name}.x"), w, null, b], [y.Value], ("rows", rows), ("columns", columns),
            ("vectors", vectors));
        return y;
    }

    /// <summary>The matrix product of two operands in the node's output shape.</summary>
    public static StepOperand Product(Lowering c, StepOperand a, StepOperand b)
    {
        if (b.Constant is OnnxTensor right && IsMatrix(b.Shape))
        {
            var columns = b.Shape.Length == 1 ? b.Shape[0] : b.Shape[^2];
            var rows = b.Shape.Length == 1 ? 1 : b.Shape[^1];
            return Linear(c, a, Weights.Of(right).Transposed(columns, rows), rows, columns, null, c.OutputShape());
        }

        if (a.Constant is OnnxTensor left && IsMatrix(a.Shape))
        {
            var rows = a.Shape.Length == 1 ? 1 : a.Shape[^2];
            return MatrixTimes(c, Weights.Of(left), rows, a.Shape[^1], b);
        }

        return Dynamic(c, a, b);
    }

    public static Wire?[] StreamMatMul(NodeContext c)
    {
        if (AttentionWires.TryMatMul(c) is Wire attention)
            return [attention];

        if (FadingSums.TryMatMul(c) is { } sums)
            return sums;

        var rank = c.FullShape().Length;
        if (c.Stream(0) is StreamWire a && c.Stream(1) is null)
            return FromEnd(a) == 1 ? throw SumsOverTime(c) : c.Track(Axis(a, c.FullInputShape(1)));

        if (c.Stream(1) is StreamWire b && c.Stream(0) is null)
            return FromEnd(b) == 2 || b.FullShape.Length == 1 ? throw SumsOverTime(c) : c.Track(Axis(b, c.FullInputShape(0)));

        if (c.Stream(0) is not StreamWire left || c.Stream(1) is not StreamWire right)
            throw c.Refuse("it multiplies masks of attention");

        if (FromEnd(left) > 2 && FromEnd(left) == FromEnd(right))
            return c.Track(rank - FromEnd(left));

        throw FromEnd(left) == 1 && FromEnd(right) == 2
            ? SumsOverTime(c)
            : c.NotCausal("it multiplies every element of a sequence with every other one");

        // A vector as one factor drops its axis from the product.
        int Axis(StreamWire stream, int[] other) => rank - FromEnd(stream) + (other.Length == 1 && stream == c.Stream(0) ? 1 : 0);
    }

    private static StepOperand?[] MatMul(Lowering c) => [Product(c, c.Operand(0), c.Operand(1))];

    /// <summary>A constant matrix [rows, columns] times columns of b [.., columns, n]: each column is a vector of a Linear op.</summary>
    private static StepOperand MatrixTimes(Lowering c, Weights weights, int rows, int columns, StepOperand b)
    {
        var n = b.Shape.Length == 1 ? 1 : b.Shape[^1];
        var batch = b.Length / (columns * n);
        if (n == 1)
            return Linear(c, b, weights, rows, columns, null, c.OutputShape());

        var vectors = StepMoves.CopyStrided(c, b, [batch, n, columns], 0, [columns * n, 1, n]);
        var products = Linear(c, vectors, weights, rows, columns, null, [batch, n, rows]);
        return StepMoves.CopyStrided(c, products, [batch, rows, n], 0, [n * rows, 1, rows]).Reshaped(c.OutputShape());
    }

    private static StepOperand Dynamic(Lowering c, StepOperand a, StepOperand b)
    {
        var left = a.Shape.Length == 1 ? [1, a.Shape[0]] : a.Shape;
        var right = b.Shape.Length == 1 ? [b.Shape[0], 1] : b.Shape;
        int rows = left[^2], inner = left[^1], columns = right[^1];
        var batch = BatchShape(left, right);
        var y = c.New(c.OutputShape());
        c.Add("MatMul", [c.Value(a, $"{c.Node.Name}.a"), c.Value(b, $"{c.Node.Name}.b")], [y.Value],
            ("batch", batch), ("aBatchStrides", BatchStrides(left, batch)), ("bBatchStrides", BatchStrides(right, batch)),
            ("rows", rows), ("columns", columns), ("inner", inner));
        return y;
    }

    private static int[] BatchShape(int[] a, int[] b)
    {
        var rank = Math.Max(a.Length, b.Length) - 2;
        return [.. Enumerable.Range(0, rank).Select(i => Math.Max(Dim(a, i - rank), Dim(b, i - rank)))];

        static int Dim(int[] shape, int fromBatchEnd) => shape.Length - 2 + fromBatchEnd is var i && i >= 0 ? shape[i] : 1;
    }

    /// <summary>Strides of the batch dimensions in elements, 0 where broadcast.</summary>
    private static int[] BatchStrides(int[] shape, int[] batch)
    {
        var matrix = shape[^2] * shape[^1];
        return [.. Shapes.BroadcastStrides(shape.AsSpan(0, shape.Length - 2), batch).Select(stride => stride * matrix)];
    }

    private static StepOperand?[] Gemm(Lowering c)
    {
        float alpha = c.Node.Float("alpha", 1), beta = c.Node.Float("beta", 1);
        var a = c.Operand(0);
        var b = c.Operand(1);
        if (c.Node.Int("transA", 0) != 0)
            a = StepMoves.Transpose(c, a, [1, 0]);

        var transB = c.Node.Int("transB", 0) != 0;
        int columns = a.Shape[1], rows = transB ? b.Shape[0] : b.Shape[1];
        int[] shape = [a.Shape[0], rows];
        if (b.Constant is not OnnxTensor right)
        {
            var product = PlainProduct(c, a, transB ? StepMoves.Transpose(c, b, [1, 0]) : b, shape);
            product = alpha == 1 ? product : StepArithmetic.Binary(c, "Mul", product, StepArithmetic.Scalar(alpha));
            return [AddScaled(c, product, beta)];
        }

        var weights = (transB ? Weights.Of(right) : Weights.Of(right).Transposed(columns, rows)).Times(alpha);
        if (c.Has(2) && c.Constant(2) is OnnxTensor bias && RowBias(bias, rows) is float[] rowBias)
        {
            Scale(rowBias, beta);
            return [Linear(c, a, weights, rows, columns, rowBias, shape)];
        }

        return [AddScaled(c, Linear(c, a, weights, rows, columns, null, shape), beta)];
    }

    private static StepOperand PlainProduct(Lowering c, StepOperand a, StepOperand b, int[] shape)
    {
        var y = c.New(shape);
        c.Add("MatMul", [c.Value(a, $"{c.Node.Name}.a"), c.Value(b, $"{c.Node.Name}.b")], [y.Value],
            ("batch", Array.Empty<int>()), ("aBatchStrides", Array.Empty<int>()), ("bBatchStrides", Array.Empty<int>()),
            ("rows", shape[0]), ("columns", shape[1]), ("inner", a.Shape[1]));
        return y;
    }

    private static StepOperand AddScaled(Lowering c, StepOperand product, float beta)
    {
        if (!c.Has(2))
            return product;

        var bias = beta == 1 ? c.Operand(2) : StepArithmetic.Binary(c, "Mul", c.Operand(2), StepArithmetic.Scalar(beta));
        return StepArithmetic.Binary(c, "Add", product, bias);
    }

    /// <summary>The bias as one value a row, or null where it differs between vectors.</summary>
    private static float[]? RowBias(OnnxTensor bias, int rows)
    {
        var values = bias.ToFloats();
        return values.Length == rows && bias.Rank > 0 && bias.Dims[^1] == rows ? values : values.Length == 1
            ? [.. Enumerable.Repeat(values[0], rows)] : null;
    }

    private static void Scale(float[] values, float factor)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] *= factor;
    }

    private static bool IsMatrix(int[] shape) => shape.Length > 0 && shape.Take(shape.Length - 2).All(dim => dim == 1);

    private static Wire?[] StreamGemm(NodeContext c)
    {
        var inner = c.Node.Int("transA", 0) != 0 ? 0 : 1;
        if (c.Input(0) is not StreamWire a || c.Input(1) is StreamWire || a.Axis == inner)
            throw c.NotCausal("the matrix product sums over time");

        if (c.Constant(2) is { Rank: 2 } bias && bias.Dims[0] > 1)
            throw c.Refuse("its addend C has one row for each element", "add it with an Add node");

        return c.Track(0);
    }

    private static int FromEnd(StreamWire stream) => stream.FullShape.Length - stream.Axis;

    private static EdgeSeqException SumsOverTime(NodeContext c) => c.NotCausal("the matrix product sums over time");
}
