namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>
/// A wire of a model that runs on windows, of which a new window repeats what the one before had: its column p is what column
/// p + <paramref name="Fresh"/> was one window earlier.
/// </summary>
/// <param name="Axis">Along which the columns lie.</param>
/// <param name="Length">Columns of a window.</param>
/// <param name="Fresh">Columns from one window to the next, at least 1.</param>
internal readonly record struct WindowColumns(int Axis, int Length, int Fresh)
{
    /// <summary>Columns that each window must compute: the last ones.</summary>
    public int Computed => Math.Min(Fresh, Length);

    /// <summary>Something of the window before is in the next one.</summary>
    public bool Repeats => Fresh < Length;

    public WindowColumns On(int axis) => this with { Axis = axis };
}
