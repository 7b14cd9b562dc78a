namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>Columns that a node takes.</summary>
/// <param name="Skipped">Columns between it and the border of the window that it is counted from.</param>
internal readonly record struct ColumnRange(int Skipped, int Count)
{
    /// <summary>Columns from the border to its other end.</summary>
    public int Reach => Count == 0 ? 0 : Skipped + Count;
}
