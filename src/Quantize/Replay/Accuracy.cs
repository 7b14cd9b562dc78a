namespace EdgeSeq.Quantize.Replay;

/// <summary>Share of right decisions.</summary>
public sealed class Accuracy
{
    /// <summary>Of the normal distribution, for 95 %.</summary>
    private const double Quantile = 1.959964;

    public long Right { get; private set; }

    public long All { get; private set; }

    public double Share => All > 0 ? (double)Right / All : 0;

    /// <summary>95 % confidence interval of the share (Wilson).</summary>
    public (double Low, double High) Interval
    {
        get
        {
            if (All == 0)
                return (0, 1);

            var square = Quantile * Quantile / All;
            var centre = (Share + square / 2) / (1 + square);
            var half = Quantile / (1 + square) * Math.Sqrt(Share * (1 - Share) / All + square / (4 * All));
            return (Math.Max(0, centre - half), Math.Min(1, centre + half));
        }
    }

    public void Add(bool right)
    {
        All++;
        Right += right ? 1 : 0;
    }
}
