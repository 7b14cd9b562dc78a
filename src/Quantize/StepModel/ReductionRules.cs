namespace EdgeSeq.Quantize.StepModel;

/// <summary>Ops along the middle axis of [outer, count, inner].</summary>
internal static class ReductionRules
{
    public static void Reduce(Emission op)
    {
        var (outer, _, inner, x) = Operand(op);
        op.Out(0, op.Add($"Reduce{op.Text("fn")}", [x, op.Ints(1)], ("keepdims", 0L)), outer, inner);
    }

    public static void ArgReduce(Emission op)
    {
        var (outer, _, inner, x) = Operand(op);
        op.Out(0, op.Add(op.Text("fn"), [x], ("axis", 1L), ("keepdims", 0L), ("select_last_index", (long)op.Int("selectLast", 0))), outer, inner);
    }

    public static void CumSum(Emission op)
    {
        var (outer, count, inner, x) = Operand(op);
        var y = op.Add("CumSum", [x, op.Scalar(1L)], ("exclusive", (long)op.Int("exclusive", 0)), ("reverse", (long)op.Int("reverse", 0)));
        op.Out(0, y, outer, count, inner);
    }

    public static void Softmax(Emission op)
    {
        var (outer, count, inner, x) = Operand(op);
        op.Out(0, op.Add(op.Int("log", 0) != 0 ? "LogSoftmax" : "Softmax", [x], ("axis", 1L)), outer, count, inner);
    }

    public static void TopK(Emission op)
    {
        var (outer, _, inner, x) = Operand(op);
        var k = op.Int("k");
        var best = op.Add("TopK", [x, op.Ints(k)], 2, ("axis", 1L), ("largest", (long)op.Int("largest", 1)));
        for (var i = 0; i < best.Length; i++)
        {
            if (op.HasOut(i))
                op.Out(i, best[i], outer, k, inner);
        }
    }

    private static (int Outer, int Count, int Inner, string X) Operand(Emission op)
    {
        int outer = op.Int("outer", 1), count = op.Int("count"), inner = op.Int("inner", 1);
        return (outer, count, inner, op.In(0, outer, count, inner));
    }
}
