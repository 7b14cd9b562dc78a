namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>How many columns are taken of a wire, from the window's begin and from its end.</summary>
internal readonly record struct TakenColumns(int First, int Last)
{
    public static TakenColumns All { get; } = new(int.MaxValue, int.MaxValue);

    public TakenColumns And(TakenColumns other) => new(Math.Max(First, other.First), Math.Max(Last, other.Last));

    public TakenColumns Within(int length) => new(Math.Min(First, length), Math.Min(Last, length));

    /// <summary>Columns that look beyond the window's begin are among them.</summary>
    public bool AsksForBegin(WindowColumns columns) =>
        columns.Head > 0 && (First > 0 || Last > columns.Length - columns.Head);

    /// <summary>How many of the columns that a window repeats must be at hand, its new ones among them.</summary>
    public int Held(WindowColumns columns) =>
        First > columns.Head ? columns.Inner : Math.Clamp(Last - columns.Tail, columns.End - columns.Tail, columns.Inner);
}
