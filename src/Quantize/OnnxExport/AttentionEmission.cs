using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>Attention to the tokens so far. Keys and values are delay lines [kvHeads, window, size] in time order, the newest
/// last.</summary>
internal static class AttentionEmission
{
    public static void Attention(Emission op)
    {
        int heads = op.Int("heads"), kvHeads = op.Int("kvHeads"), window = op.Int("window");
        int keySize = op.Int("keySize"), valueSize = op.Int("valueSize"), sharing = heads / kvHeads;
        string keys = Line(op, "k", "kRing", kvHeads, window, keySize), values = Line(op, "v", "vRing", kvHeads, window, valueSize);
        var query = op.In("q", kvHeads, sharing, keySize);
        var scores = op.Add("MatMul", query, op.Add("Transpose", [keys], ("perm", (long[])[0, 2, 1])));
        scores = op.Add("Mul", scores, op.Scalar(op.Float("scale")));
        if (op.Has("softcap"))
        {
            var cap = op.Scalar(op.Float("softcap"));
            scores = op.Add("Mul", cap, op.Add("Tanh", op.Add("Div", scores, cap)));
        }

        var age = op.Constant(OnnxTensor.Vector([.. Enumerable.Range(0, window).Select(i => (long)(window - 1 - i))]));
        if (op.HasIn("bias"))
            scores = op.Add("Add", scores, BiasOf(op, age, kvHeads, sharing, window));

        if (op.HasIn("keyBias"))
            scores = op.Add("Add", scores, op.Reshape(Line(op, "keyBias", "keyBiases", 1, window, 1), 1, 1, window));

        var present = op.Add("LessOrEqual", age, op.Index);
        var seen = op.Add("Where", present, scores, op.Scalar(float.NegativeInfinity));
        var isShown = op.Add("Greater", op.Add("ReduceMax", [seen, op.Constant(OnnxTensor.Vector(-1L))], ("keepdims", 1L)),
            op.Scalar(AttentionRule.Hidden));
        var weights = op.Add("Where", isShown, op.Add("Softmax", [seen], ("axis", -1L)), op.Scalar(0f));
        op.Out("y", op.Add("MatMul", weights, values), kvHeads, sharing, valueSize);
    }

    /// <summary>State [heads, 2 + size]: the largest score, the sum of weights relative to it, and the weighted sum.</summary>
    public static void AttentionPool(Emission op)
    {
        int heads = op.Int("heads"), size = op.Int("size");
        string state = op.State("acc", heads, 2 + size), score = op.In("score", heads, 1), value = op.In("value", heads, size),
            first = StreamEmission.First(op);
        var before = op.Slice(state, 1, 0, 1);
        var largest = op.Add("Where", first, score, op.Add("Max", before, score));
        var old = op.Add("Where", first, op.Scalar(0f), op.Add("Exp", op.Add("Sub", before, largest)));
        var weight = op.Add("Exp", op.Add("Sub", score, largest));
        var total = op.Add("Add", op.Add("Mul", op.Slice(state, 1, 1, 2), old), weight);
        var sums = op.Add("Add", op.Add("Mul", op.Slice(state, 1, 2, 2 + size), old), op.Add("Mul", value, weight));
        op.SetState("acc", op.Concat(1, largest, total, sums), heads, 2 + size);
        op.Out("y", op.Add("Div", sums, total), heads, size);
    }

    private static string Line(Emission op, string element, string state, int kvHeads, int window, int size)
    {
        string line = op.State(state, kvHeads, window, size), added = op.In(element, kvHeads, 1, size);
        var shifted = window == 1 ? added : op.Concat(1, op.Slice(line, 1, 1, window), added);
        op.SetState(state, shifted, kvHeads, window, size);
        return shifted;
    }

    /// <summary>The bias of each token as [kvHeads or 1, sharing or 1, window].</summary>
    private static string BiasOf(Emission op, string age, int kvHeads, int sharing, int window)
    {
        int biasHeads = op.Int("biasHeads"), rows = op.Int("rows");
        string bias;
        if (op.Text("bias").Equals("relative", StringComparison.OrdinalIgnoreCase))
        {
            bias = op.Add("Gather", [op.In("bias", biasHeads, window), age], ("axis", 1L));
        }
        else
        {
            var row = op.Add("Min", op.Index, op.Scalar((long)(rows - 1)));
            var table = op.Add("Gather", [op.In("bias", biasHeads, rows, window), row], ("axis", 1L));
            var slot = op.Add("Mod", op.Add("Sub", op.Index, age), op.Scalar((long)window));
            bias = op.Add("Gather", [table, slot], ("axis", 1L));
        }

        return op.Reshape(bias, biasHeads == 1 ? [1, 1, window] : [kvHeads, sharing, window]);
    }
}
