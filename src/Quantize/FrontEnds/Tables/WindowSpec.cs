namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The window on a frame.</summary>
/// <param name="Name">A function of <see cref="WindowFunction"/>.</param>
/// <param name="Offset">Where it sits in the frame; the rest is multiplied by zero.</param>
internal sealed record WindowSpec(string Name, int Length, bool Periodic, int Offset)
{
    public double[] Values() => WindowFunction.Of(Name, Length, Periodic);
}
