namespace EdgeSeq.Quantize.Conversion.Windows;

/// <summary>
/// A wire of a model that runs on windows, of which a new window repeats what an earlier one had: its column p is what column
/// p + <paramref name="Fresh"/> was <paramref name="Period"/> windows before, for all p behind the first <paramref name="Head"/> columns
/// and before the last <paramref name="Tail"/>, which look beyond the window's borders.
/// </summary>
/// <param name="Axis">Along which the columns lie.</param>
/// <param name="Length">Columns of a window.</param>
/// <param name="Fresh">Columns by which it moves in a period, at least 1.</param>
/// <param name="Period">Windows from one to the next that repeats its columns: several behind a stride that the hop does not
/// fill.</param>
internal readonly record struct WindowColumns(int Axis, int Length, int Fresh, int Period = 1, int Head = 0, int Tail = 0)
{
    /// <summary>Columns that each window must compute at its end.</summary>
    public int End => Math.Min(Fresh, Inner) + Tail;

    /// <summary>Columns that each window must compute.</summary>
    public int Computed => Head + End;

    /// <summary>Columns that look at nothing beyond the window.</summary>
    public int Inner => Length - Head - Tail;

    /// <summary>Something of an earlier window is in the next one.</summary>
    public bool Repeats => Fresh < Inner;

    public WindowColumns On(int axis) => this with { Axis = axis };

    /// <summary>What holds of two wires together, column by column; null: they do not move alike.</summary>
    public WindowColumns? With(WindowColumns other)
    {
        if (other.Axis != Axis || other.Length != Length || (long)Fresh * other.Period != (long)other.Fresh * Period)
            return null;

        // Both move alike, so the longer period is a multiple of the shorter one, or their common multiple moves both.
        var periods = Period / Divisor(Period, other.Period) * other.Period;
        return new WindowColumns(Axis, Length, Fresh * (periods / Period), periods, Math.Max(Head, other.Head), Math.Max(Tail, other.Tail));
    }

    /// <summary>Every so many columns, from the first one on: the wire of every step-th column's place.</summary>
    /// <param name="stride">Columns of this wire for one of the other.</param>
    /// <returns>Columns and windows after which the other repeats.</returns>
    public (int Fresh, int Period) Every(int stride)
    {
        var times = stride / Divisor(stride, Fresh);
        return (Fresh * times / stride, Period * times);
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
