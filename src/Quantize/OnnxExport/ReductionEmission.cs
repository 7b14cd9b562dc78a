namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Ops along the middle axis of [outer, count, inner].</summary>
internal static class ReductionEmission
{
    public static void Reduce(Emission op)
    {
        var (outer, _, inner, x) = Operand(op);
        op.Out("y", op.Add($"Reduce{op.Text("fn")}", [x, op.Ints(1)], ("keepdims", 0L)), outer, inner);
    }

    public static void ArgReduce(Emission op)
    {
        var (outer, _, inner, x) = Operand(op);
        op.Out("y", op.Add(op.Text("fn"), [x], ("axis", 1L), ("keepdims", 0L), ("select_last_index", (long)op.Int("selectLast"))), outer,
            inner);
    }

    public static void CumSum(Emission op)
    {
        var (outer, count, inner, x) = Operand(op);
        var y = op.Add("CumSum", [x, op.Scalar(1L)], ("exclusive", (long)op.Int("exclusive")), ("reverse", (long)op.Int("reverse")));
        op.Out("y", y, outer, count, inner);
    }

    public static void Softmax(Emission op)
    {
        var (outer, count, inner, x) = Operand(op);
        op.Out("y", op.Add(op.Int("log") != 0 ? "LogSoftmax" : "Softmax", [x], ("axis", 1L)), outer, count, inner);
    }

    public static void TopK(Emission op)
    {
        var (outer, _, inner, x) = Operand(op);
        var k = op.Int("k");
        var best = op.Add("TopK", [x, op.Ints(k)], 2, ("axis", 1L), ("largest", (long)op.Int("largest")));
        op.OptionalOut("values", best[0], outer, k, inner);
        op.OptionalOut("indices", best[1], outer, k, inner);
    }

    private static (int Outer, int Count, int Inner, string X) Operand(Emission op)
    {
        int outer = op.Int("outer"), count = op.Int("count"), inner = op.Int("inner");
        return (outer, count, inner, op.In("x", outer, count, inner));
    }
}
