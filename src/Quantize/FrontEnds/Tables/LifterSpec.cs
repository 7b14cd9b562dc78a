namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Coefficient i times 1 + (L/2)·sin(π·(i + First)/L).</summary>
internal sealed record LifterSpec(double L, int First)
{
    public double At(int i) => 1 + L / 2 * Math.Sin(Math.PI * (i + First) / L);
}
