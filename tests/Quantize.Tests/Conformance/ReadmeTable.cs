using System.Text;

namespace EdgeSeq.Quantize.Tests.Conformance;

/// <summary>The README's summary of the node tests: pass counts by family of ops.</summary>
internal static class ReadmeTable
{
    private const string Start = "| node tests of the ONNX project |";

    private static readonly (string Family, string[] Ops)[] Families =
    [
        ("recurrent", ["LSTM", "GRU", "RNN"]),
        ("convolution, pooling", ["Conv", "ConvTranspose", "AveragePool", "MaxPool", "MaxUnpool", "GlobalAveragePool", "GlobalMaxPool",
            "LRN"]),
        ("matrix products", ["MatMul", "Gemm", "Einsum", "Det"]),
        ("quantised", ["ConvInteger", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "QLinearConv", "QLinearMatMul",
            "QuantizeLinear"]),
        ("normalisation, softmax", ["BatchNormalization", "InstanceNormalization", "LayerNormalization", "MeanVarianceNormalization",
            "Softmax", "LogSoftmax", "Hardmax"]),
        ("reductions, sums, ranks", ["ArgMax", "ArgMin", "CumSum", "Mean", "TopK"]),
        ("loops, branches", ["If", "Loop", "Scan"]),
        ("Fourier transforms, windows", ["DFT", "STFT", "BlackmanWindow", "HammingWindow", "HannWindow", "MelWeightMatrix"]),
        ("data movement, shapes", [
            "Compress", "Concat", "Constant", "ConstantOfShape", "DepthToSpace", "Expand", "EyeLike", "Flatten", "Gather", "GatherElements",
                "GatherND", "GridSample", "Identity",
            "NonMaxSuppression", "NonZero", "OneHot", "Pad", "Range", "Reshape", "Resize", "ReverseSequence", "RoiAlign", "Scatter",
                "ScatterElements", "ScatterND", "Shape", "Size",
            "Slice", "SpaceToDepth", "Split", "Squeeze", "TfIdfVectorizer", "Tile", "Transpose", "Trilu", "Unique", "Unsqueeze",
                "Upsample"]),
    ];

    public static string Of(IReadOnlyList<CaseResult> results)
    {
        var text = new StringBuilder($"{Start} tests | as published | the rest |\n| --- | ---: | ---: | --- |\n");
        foreach (var family in results.GroupBy(result => FamilyOf(result.Case.OpType))
            .OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            var rest = new (Outcome Outcome, string Words)[] { (Outcome.Refused, "refused"),
                (Outcome.Intended, "other values by intention") }
                .Select(kind => (Count: family.Count(result => result.Outcome == kind.Outcome), kind.Words)).Where(kind => kind.Count > 0);
            var passed = family.Count(result => result.Outcome is Outcome.Passed or Outcome.Evaluated);
            text.Append($"| {family.Key} | {family.Count()} | {passed} | {string.Join(", ", rest.Select(kind => $"{kind.Count} {kind.Words}"))} |\n");
        }

        return text.ToString();
    }

    /// <summary>The README with this table in the place of the one that is there.</summary>
    public static string Put(string readme, string table)
    {
        var start = readme.IndexOf(Start, StringComparison.Ordinal);
        var end = readme.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        return readme[..start] + table + readme[end..];
    }

    private static string FamilyOf(string op) =>
        op.StartsWith("Reduce", StringComparison.Ordinal) ? "reductions, sums, ranks"
        : Families.FirstOrDefault(family => family.Ops.Contains(op)).Family ?? "elementwise, logic";
}
