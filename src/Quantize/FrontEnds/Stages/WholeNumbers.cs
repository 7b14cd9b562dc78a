using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Arithmetic of 64-bit integers as a graph, where C code works in 16 and 32 bits.</summary>
internal static class WholeNumbers
{
    public const long Two32 = 1L << 32;

    /// <summary>x·2⁻ⁿ rounded down, as an arithmetic shift.</summary>
    public static string Shift(GraphScope g, string x, int bits)
    {
        if (bits == 0)
            return x;

        var divisor = g.Whole(1L << bits);
        return g.Over(g.Minus(x, g.Add("Mod", [x, divisor])), divisor);
    }

    /// <summary>(x + 2¹⁴) / 2¹⁵, rounded down: the rounding of fixed-point products.</summary>
    public static string Round15(GraphScope g, string x) => Shift(g, g.Plus(x, g.Whole(1 << 14)), 15);

    /// <summary>What 16 bits keep of it.</summary>
    public static string Wrap16(GraphScope g, string x) =>
        g.Minus(g.Add("Mod", [g.Plus(x, g.Whole(1 << 15)), g.Whole(1 << 16)]), g.Whole(1 << 15));

    /// <summary>What 32 bits without sign keep of it.</summary>
    public static string Wrap32(GraphScope g, string x) => g.Add("Mod", [x, g.Whole(Two32)]);

    /// <summary>Bits up to the highest that is set, for [.., n] below 2³².</summary>
    public static string BitLength(GraphScope g, string x)
    {
        var powers = g.Constant(OnnxTensor.FromInts([.. Enumerable.Range(0, 32).Select(k => 1L << k)], 32), "powers");
        var reached = g.Add("GreaterOrEqual", [g.Add("Unsqueeze", [x, g.Vector(-1)]), powers]);
        var count = g.Add("ReduceSum", [ToFloat(g, reached), g.Vector(-1)], ("keepdims", 0L));
        return ToWhole(g, count);
    }

    /// <summary>Element <paramref name="index"/> of a table.</summary>
    public static string At(GraphScope g, IEnumerable<long> table, string index, string name)
    {
        long[] values = [.. table];
        return g.Add("Gather", [g.Constant(OnnxTensor.FromInts(values, values.Length), name), index], ("axis", 0L));
    }

    /// <summary>The nearest whole number to √x, for 0 ≤ x below 2⁶⁰; one that 16 bits hold stays in 16 bits, as in the C code.</summary>
    public static string Root(GraphScope g, string x)
    {
        // A float32 root, one step of Newton's method, and the rest is at most one off.
        var near = g.Add("Max", [ToWhole(g, g.Add("Sqrt", [ToFloat(g, x)])), g.Whole(1)]);
        var root = g.Over(g.Plus(near, g.Over(x, near)), g.Whole(2));
        root = g.Minus(root, Where(g, g.Add("Greater", [g.Times(root, root), x])));
        var next = g.Plus(root, g.Whole(1));
        root = g.Plus(root, Where(g, g.Add("LessOrEqual", [g.Times(next, next), x])));
        var up = g.Add("Greater", [g.Minus(x, g.Times(root, root)), root]);
        var limit = g.Add("Where", [g.Add("Less", [x, g.Whole(Two32)]), g.Whole(0xFFFF), g.Whole(0xFFFFFFFF)]);
        return g.Plus(root, Where(g, g.Add("And", [up, g.Add("Less", [root, limit])])));
    }

    public static string ToWhole(GraphScope g, string x) => g.Add("Cast", [x], ("to", (long)OnnxElementType.Int64));

    public static string ToFloat(GraphScope g, string x) => g.Add("Cast", [x], ("to", (long)OnnxElementType.Float32));

    /// <summary>1 where it is true.</summary>
    private static string Where(GraphScope g, string condition) => ToWhole(g, condition);
}
