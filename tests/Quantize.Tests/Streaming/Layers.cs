using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Layers as exporters write them, for test graphs. Wires are [batch, time, features] unless a method says otherwise.</summary>
internal static class Layers
{
    public static string Linear(this GraphBuilder g, string x, int inputs, int outputs) =>
        g.Node("Add", [g.Node("MatMul", [x, g.Weights([inputs, outputs])]), g.Weights([outputs])]);

    public static string LayerNorm(this GraphBuilder g, string x, int features) =>
        g.Node("LayerNormalization", [x, g.Weights([features], 1), g.Weights([features])], ("axis", -1L));

    public static string Transpose(this GraphBuilder g, string x, params long[] perm) => g.Node("Transpose", [x], ("perm", perm));

    public static string Reshape(this GraphBuilder g, string x, params long[] shape) => g.Node("Reshape", [x, g.Ints(shape)]);

    public static string Unsqueeze(this GraphBuilder g, string x, params long[] axes) => g.Node("Unsqueeze", [x, g.Ints(axes)]);

    public static string Slice(this GraphBuilder g, string x, long axis, long start, long end, long step = 1) =>
        g.Node("Slice", [x, g.Ints(start), g.Ints(end), g.Ints(axis), g.Ints(step)]);

    /// <summary>The size of an axis as a scalar.</summary>
    public static string Length(this GraphBuilder g, string x, long axis) =>
        g.Node("Gather", [g.Node("Shape", [x]), g.Constant(OnnxTensor.Scalar(axis))], ("axis", 0L));

    /// <summary>0, 1, .. T − 1 as integers.</summary>
    public static string Positions(this GraphBuilder g, string x, long timeAxis) =>
        g.Node("Range", [g.Constant(OnnxTensor.Scalar(0L)), g.Length(x, timeAxis), g.Constant(OnnxTensor.Scalar(1L))]);

    /// <summary>Channels-first convolution [batch, in, time] → [batch, out, time'].</summary>
    public static string Conv(
        this GraphBuilder g, string x, int inputs, int outputs, int kernel, int left = 0, int right = 0, int dilation = 1, int stride = 1,
        int groups = 1) =>
        g.Node("Conv", [x, g.Weights([outputs, inputs / groups, kernel]), g.Weights([outputs])],
            ("kernel_shape", (long[])[kernel]), ("pads", (long[])[left, right]), ("dilations", (long[])[dilation]),
                ("strides", (long[])[stride]), ("group", (long)groups));

    public static string CausalConv(this GraphBuilder g, string x, int inputs, int outputs, int kernel, int dilation = 1, int stride = 1,
        int groups = 1) =>
        g.Conv(x, inputs, outputs, kernel, (kernel - 1) * dilation, 0, dilation, stride, groups);

    /// <summary>[batch, time, features] → y [batch, time, hidden], with transposes to ONNX's time-first layout.</summary>
    public static string Lstm(this GraphBuilder g, string x, int inputs, int hidden)
    {
        var y = g.Node("LSTM", [g.Transpose(x, 1, 0, 2), g.Weights([1, 4 * hidden, inputs]), g.Weights([1, 4 * hidden, hidden]),
            g.Weights([1, 8 * hidden])], 3,
            ("hidden_size", (long)hidden))[0];
        return g.Transpose(g.Node("Squeeze", [y, g.Ints(1)]), 1, 0, 2);
    }

    /// <summary>[1, time, heads · size] → [1, heads, time, size].</summary>
    public static string SplitHeads(this GraphBuilder g, string x, int heads, int size) =>
        g.Transpose(g.Reshape(x, 1, -1, heads, size), 0, 2, 1, 3);

    public static string MergeHeads(this GraphBuilder g, string x, int features) => g.Reshape(g.Transpose(x, 0, 2, 1, 3), 1, -1, features);

    /// <summary>Multi-head attention; <paramref name="mask"/> maps scores [1, heads, time, time] to masked scores.</summary>
    public static string Attention(this GraphBuilder g, string x, int features, int heads, Func<string, string> mask)
    {
        var size = features / heads;
        var q = g.SplitHeads(g.Linear(x, features, features), heads, size);
        var k = g.SplitHeads(g.Linear(x, features, features), heads, size);
        var v = g.SplitHeads(g.Linear(x, features, features), heads, size);
        return g.Linear(g.MergeHeads(g.Attend(q, k, v, size, mask), features), features, features);
    }

    /// <summary>softmax(mask(q · kᵀ / √size)) · v.</summary>
    public static string Attend(this GraphBuilder g, string q, string k, string v, int size, Func<string, string> mask)
    {
        var scores = g.Node("Mul", [g.Node("MatMul", [q, g.Transpose(k, 0, 1, 3, 2)]), g.Scalar(1 / MathF.Sqrt(size))]);
        return g.Node("MatMul", [g.Node("Softmax", [mask(scores)], ("axis", -1L)), v]);
    }

    /// <summary>[T, T] of zeros and −∞ above the diagonal, made by Trilu.</summary>
    public static string TriluMask(this GraphBuilder g, string x, long timeAxis = 1)
    {
        var length = g.Unsqueeze(g.Length(x, timeAxis), 0);
        var full = g.Node("ConstantOfShape", [g.Node("Concat", [length, length], ("axis", 0L))],
            ("value", OnnxTensor.FromFloats([float.NegativeInfinity], 1)));
        return g.Node("Trilu", [full, g.Constant(OnnxTensor.Scalar(1L))], ("upper", 1L));
    }

    /// <summary>[T, T], true where key ≤ query (and no further back than <paramref name="window"/> keys).</summary>
    public static string RangeMask(this GraphBuilder g, string x, long timeAxis = 1, int? window = null)
    {
        var positions = g.Positions(x, timeAxis);
        string rows = g.Unsqueeze(positions, 1), columns = g.Unsqueeze(positions, 0);
        var causal = g.Node("LessOrEqual", [columns, rows]);
        return window is int count
            ? g.Node("And", [causal, g.Node("Greater", [columns, g.Node("Sub", [rows, g.Constant(OnnxTensor.Scalar((long)count))])])])
            : causal;
    }

    /// <summary>Scores where the boolean mask holds, −∞ elsewhere.</summary>
    public static string Where(this GraphBuilder g, string mask, string scores) =>
        g.Node("Where", [mask, scores, g.Scalar(float.NegativeInfinity)]);

    public static string Causal(this GraphBuilder g, string x, string scores) => g.Node("Add", [scores, g.TriluMask(x)]);
}
