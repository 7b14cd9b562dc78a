namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>Columns of a wire.</summary>
/// <param name="Of">How many it has.</param>
internal readonly record struct ColumnPart(string Wire, int From, int To, int Of)
{
    /// <summary>Neighbours become one.</summary>
    public static IReadOnlyList<ColumnPart> Merged(IEnumerable<ColumnPart> parts)
    {
        var merged = new List<ColumnPart>();
        foreach (var part in parts)
        {
            if (merged.Count > 0 && merged[^1].Wire == part.Wire && merged[^1].To == part.From)
                merged[^1] = merged[^1] with { To = part.To };
            else
                merged.Add(part);
        }

        return merged;
    }
}
