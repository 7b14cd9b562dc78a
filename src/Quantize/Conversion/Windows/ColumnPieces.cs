namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>A wire that repeats, in pieces.</summary>
/// <param name="Columns">What it is on whole windows.</param>
/// <param name="HasBegin">Whether the columns at the window's begin are computed too.</param>
/// <param name="Computed">The wire of the columns that each window computes: those of the begin, then those of the end.</param>
/// <param name="Last">The wire of the last columns that look at nothing beyond the window; null: none are kept.</param>
/// <param name="Held">How many these are.</param>
internal sealed record ColumnPieces(WindowColumns Columns, bool HasBegin, string? Computed, string? Last, int Held)
{
    /// <summary>Computed columns of the begin.</summary>
    public int Head => HasBegin ? Columns.Head : 0;

    /// <summary>Where in which wires the columns of a range lie.</summary>
    public IEnumerable<ColumnPart> Parts(int from, int to)
    {
        int end = Columns.Length - Columns.End, tail = Columns.Length - Columns.Tail, all = Head + Columns.End;
        if (from < Math.Min(to, Head))
        {
            yield return new ColumnPart(Computed!, from, Math.Min(to, Head), all);
            from = Head;
        }

        if (from < to && Last is not null && (from < end || Computed is null))
        {
            var first = tail - Held;
            yield return new ColumnPart(Last, from - first, Math.Min(to, tail) - first, Held);
            from = tail;
        }

        if (from < to)
            yield return new ColumnPart(Computed!, from - end + Head, to - end + Head, all);
    }
}
