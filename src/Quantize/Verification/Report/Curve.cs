namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>A line of a plot.</summary>
/// <param name="Colour">Number of its colour in the style sheet.</param>
/// <param name="IsThin">What others are compared with.</param>
internal sealed record Curve(int Colour, bool IsThin, IReadOnlyList<(long Step, float Value)> Points)
{
    private const int MostPoints = 1000;

    /// <summary>The points; of many, the least and the largest of each part, so that no peak is lost.</summary>
    public IEnumerable<(long Step, float Value)> Reduced()
    {
        if (Points.Count <= MostPoints)
            return Points;
        return Points.Chunk((Points.Count + MostPoints / 2 - 1) / (MostPoints / 2)).SelectMany(part =>
        {
            var (least, largest) = (part.MinBy(point => point.Value), part.MaxBy(point => point.Value));
            return least.Step <= largest.Step ? new[] { least, largest } : [largest, least];
        });
    }
}
