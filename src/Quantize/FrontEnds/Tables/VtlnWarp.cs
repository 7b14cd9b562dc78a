namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>Kaldi's vocal tract length normalisation: the frequencies of the mel filters' edges, scaled between two cutoffs.</summary>
/// <param name="Factor">Above 1: towards lower frequencies.</param>
/// <param name="LowCutoff">Hz, from where on frequencies are scaled.</param>
/// <param name="HighCutoff">Hz, up to where.</param>
/// <param name="Low">Of the first filter, which stays.</param>
/// <param name="High">Of the last.</param>
internal sealed record VtlnWarp(double Factor, double LowCutoff, double HighCutoff, double Low, double High)
{
    public double Of(double hz)
    {
        double from = LowCutoff * Math.Max(1, Factor), to = HighCutoff * Math.Min(1, Factor);
        if (Factor <= 0 || LowCutoff <= Low || to >= High || from >= to)
        {
            throw FrontEndErrors.Invalid($"a warp by {Factor} between {LowCutoff} and {HighCutoff} Hz of filters from {Low} to {High} Hz",
                "cutoffs between the filters' edges");
        }

        return hz < Low || hz > High ? hz
            : hz < from ? Low + (from / Factor - Low) / (from - Low) * (hz - Low)
            : hz < to ? hz / Factor
            : High + (High - to / Factor) / (High - to) * (hz - High);
    }
}
