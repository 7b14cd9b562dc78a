namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>Ops of ai.onnx.ml that converters of classical models put around a network, as plain ones.</summary>
internal static class LearnedParts
{
    /// <summary>(x − offset) · scale.</summary>
    public static bool Scaler(NodeParts parts)
    {
        var x = parts.Cast(parts.Node.RequiredInput(0), OnnxElementType.Float32);
        var moved = parts.Node.Floats("offset") is { Count: > 0 } offset
            ? parts.Add("Sub", [x, parts.Constant(Vector(offset))]) : x;
        parts.Output(0, parts.Node.Floats("scale") is { Count: > 0 } scale
            ? parts.Add("Mul", [moved, parts.Constant(Vector(scale))]) : moved);
        return true;
    }

    /// <summary>Rows of length 1.</summary>
    public static bool Normalizer(NodeParts parts)
    {
        if (parts.Node.String("norm", "MAX") is var norm && norm is not ("L1" or "L2"))
            return false;

        parts.Output(0, parts.Add("LpNormalization", [parts.Cast(parts.Node.RequiredInput(0), OnnxElementType.Float32)],
            ("axis", -1L), ("p", norm == "L1" ? 1L : 2L)));
        return true;
    }

    /// <summary>1 where x is above the threshold, else 0.</summary>
    public static bool Binarizer(NodeParts parts)
    {
        var above = parts.Add("Greater", [parts.Node.RequiredInput(0), parts.Scalar(parts.Node.Float("threshold", 0))]);
        parts.Output(0, parts.Cast(above, OnnxElementType.Float32));
        return true;
    }

    /// <summary>x · coefficientsᵀ + intercepts.</summary>
    public static bool LinearRegressor(NodeParts parts)
    {
        if (parts.Node.String("post_transform", "NONE") != "NONE")
            return false;

        parts.Output(0, Linear(parts, parts.Node.Int("targets", 1)));
        return true;
    }

    /// <summary>A score for each class; the class itself where it is a number.</summary>
    public static bool LinearClassifier(NodeParts parts)
    {
        var classes = parts.Node.Ints("classlabels_ints") ?? [];
        var count = parts.Node.Floats("intercepts")?.Count ?? 0;
        var activation = parts.Node.String("post_transform", "NONE") switch
        {
            "NONE" => "Identity",
            "SOFTMAX" => "Softmax",
            "LOGISTIC" => "Sigmoid",
            _ => null,
        };
        if (activation is null || count < 2 || (parts.Uses(0) && classes.Count != count))
            return false;

        var scores = Linear(parts, count);
        if (parts.Uses(0))
        {
            var best = parts.Add("ArgMax", [scores], ("axis", -1L), ("keepdims", 0L));
            parts.Output(0, parts.Add("Gather", [parts.Ints([.. classes]), best]));
        }

        parts.Output(1, parts.Add(activation, [scores]));
        return true;
    }

    /// <summary>Elements of the last axis, by their places.</summary>
    public static bool ArrayFeatureExtractor(NodeParts parts)
    {
        if (parts.Constant(1) is not { } places)
            return false;

        parts.Output(0, parts.Add("Gather", [parts.Node.RequiredInput(0), parts.Ints([.. places.ToInts()])], ("axis", -1L)));
        return true;
    }

    private static OnnxTensor Vector(IReadOnlyList<float> values) => OnnxTensor.FromFloats([.. values], values.Count);

    private static string Linear(NodeParts parts, long rows)
    {
        float[] coefficients = [.. parts.Node.Floats("coefficients") ?? []];
        var x = parts.Cast(parts.Node.RequiredInput(0), OnnxElementType.Float32);
        var weights = parts.Constant(OnnxTensor.FromFloats(coefficients, rows, coefficients.Length / rows));
        var product = parts.NewWire("product");
        parts.AddSame("MatMul", [x, parts.Transpose(weights, 1, 0)], [product], []);
        return parts.Node.Floats("intercepts") is { Count: > 0 } intercepts
            ? parts.Add("Add", [product, parts.Constant(Vector(intercepts))]) : product;
    }
}
