namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>(x − mean) / std, one value for all features or one for each.</summary>
internal sealed record NormalizeStage(double[] Mean, double[] Std) : FrontEndStage
{
    public override (int Span, int Hop) Reach => (1, 1);

    public override Signal Build(GraphScope g, Signal x)
    {
        if (Std.Any(std => std <= 0))
            throw FrontEndErrors.Invalid("a deviation that is not above 0");

        var centred = g.Minus(x.Wire, g.Floats(Of(Mean, x, "means"), "mean", Mean.Length));
        return x with { Wire = g.Over(centred, g.Floats(Of(Std, x, "deviations"), "std", Std.Length)) };
    }

    private static double[] Of(double[] values, Signal x, string what) => values.Length == 1 || values.Length == x.Element[^1]
        ? values
        : throw FrontEndErrors.Invalid($"{values.Length} {what} for {x.Element[^1]} features", $"one, or {x.Element[^1]}");
}
