namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>y = exp(c) · cumsum(u · exp(−c)) with c = cumsum(a).</summary>
/// <param name="LogFactor">a.</param>
/// <param name="Added">u, or its logarithm.</param>
internal sealed record FadingProduct(string LogFactor, string Added, bool AddedIsLogarithm, long Axis);

/// <summary>Finds linear recurrences in closed form, in the spellings of their authors.</summary>
internal sealed class FadingProductMatch(OnnxGraph graph)
{
    private readonly Dictionary<string, OnnxNode> _producers = graph.Producers();

    public FadingProduct? Of(OnnxNode node)
    {
        if (node.Is("Mul"))
            return OfProduct(node.Inputs[0], node.Inputs[1]) ?? OfProduct(node.Inputs[1], node.Inputs[0]);

        // exp(c + log(cumsum(exp(v − c))))
        return node.Is("Exp") && Maker(node.Inputs[0], "Add") is { } sum
            ? OfLogarithms(sum.Inputs[0], sum.Inputs[1]) ?? OfLogarithms(sum.Inputs[1], sum.Inputs[0]) : null;
    }

    private FadingProduct? OfProduct(string factor, string sums) =>
        Maker(factor, "Exp") is { } exp && Sum(exp.Inputs[0]) is { } c && Sum(sums) is { } weighted && weighted.Axis == c.Axis
        ? Made(c, exp.Inputs[0], factor, weighted.Summed) : null;

    private FadingProduct? OfLogarithms(string sums, string logarithm) =>
        Sum(sums) is { } c && Maker(logarithm, "Log") is { } log && Sum(log.Inputs[0]) is { } weighted && weighted.Axis == c.Axis
        ? Made(c, sums, null, weighted.Summed) : null;

    /// <param name="sums">c.</param>
    /// <param name="factor">exp(c), where it is a wire.</param>
    /// <param name="weighted">u · exp(−c).</param>
    private FadingProduct? Made((string Summed, long Axis) c, string sums, string? factor, string weighted)
    {
        if (Maker(weighted, "Div") is { } quotient && IsExp(quotient.Inputs[1], sums, factor))
            return new FadingProduct(c.Summed, quotient.Inputs[0], false, c.Axis);

        if (Maker(weighted, "Mul") is { } product)
        {
            for (var i = 0; i < 2; i++)
            {
                if (IsInverse(product.Inputs[i], sums, factor))
                    return new FadingProduct(c.Summed, product.Inputs[1 - i], false, c.Axis);
            }
        }

        return Maker(weighted, "Exp") is { } exp && Maker(exp.Inputs[0], "Sub") is { } difference && difference.Inputs[1] == sums
            ? new FadingProduct(c.Summed, difference.Inputs[0], true, c.Axis) : null;
    }

    private bool IsExp(string wire, string sums, string? factor) => wire == factor || Maker(wire, "Exp")?.Inputs[0] == sums;

    private bool IsInverse(string wire, string sums, string? factor) =>
        (Maker(wire, "Exp") is { } exp && Maker(exp.Inputs[0], "Neg")?.Inputs[0] == sums)
        || (Maker(wire, "Reciprocal") is { } reciprocal && IsExp(reciprocal.Inputs[0], sums, factor));

    private (string Summed, long Axis)? Sum(string wire) =>
        Maker(wire, "CumSum") is { } sum && sum.Int("exclusive", 0) == 0 && sum.Int("reverse", 0) == 0
        && graph.Constant(sum.Inputs[1]) is { Count: 1 } axis ? (sum.Inputs[0], axis.ToInts()[0]) : null;

    private OnnxNode? Maker(string wire, string opType) =>
        _producers.TryGetValue(wire, out var node) && node.Is(opType) ? node : null;
}
