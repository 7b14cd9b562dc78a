namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>A range of numbers laid along a stretch of pixels, with round numbers for its ticks.</summary>
/// <param name="Title">What it shows, with the unit.</param>
/// <param name="From">Number at the start.</param>
/// <param name="To">Number at the end, above the start.</param>
/// <param name="Start">Pixel of the start.</param>
/// <param name="End">Pixel of the end.</param>
/// <param name="TickSpace">Pixels that a tick and its number need.</param>
internal sealed record Axis(string Title, double From, double To, double Start, double End, double TickSpace)
{
    public double At(double value) => Start + (value - From) / (To - From) * (End - Start);

    public IEnumerable<double> Ticks()
    {
        var step = RoundStep((To - From) * TickSpace / Math.Abs(End - Start));
        for (var tick = Math.Ceiling(From / step); tick * step <= To * (1 + 1e-9); tick++)
            yield return tick * step + 0.0;
    }

    /// <summary>The least of 1, 2, 5, 10, 20, 50… (and their fractions) that is as large.</summary>
    private static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * new[] { 1, 2, 5, 10 }.First(factor => factor * power >= least * (1 - 1e-9));
    }
}
