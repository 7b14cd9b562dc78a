using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>The vectors of a product, read where they lie: vector v is made of runs of neighbouring elements, of which run r begins at
/// element <c>starts[v] + runs[r]</c>. So a convolution multiplies what lies under its kernel without copying it.</summary>
internal readonly ref struct Patches
{
    /// <summary>What the vectors are read from.</summary>
    public readonly ReadOnlySpan<float> Data;

    /// <summary>Where each vector begins; empty: one vector after another.</summary>
    public readonly ReadOnlySpan<int> Starts;

    /// <summary>Where each run begins, counted from the start of its vector; empty: one run, at the start.</summary>
    public readonly ReadOnlySpan<int> Runs;

    /// <summary>Elements of a run.</summary>
    public readonly int RunLength;

    /// <summary>How many vectors there are.</summary>
    public readonly int Vectors;

    /// <summary>Vectors one after another.</summary>
    /// <param name="data">[vectors, columns].</param>
    /// <param name="vectors">At least 1.</param>
    /// <param name="columns">At least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Patches(ReadOnlySpan<float> data, int vectors, int columns)
    {
        Data = data;
        Vectors = vectors;
        RunLength = columns;
    }

    /// <param name="data">Holds every element of every run.</param>
    /// <param name="starts">One for each vector.</param>
    /// <param name="runs">One for each run, or empty.</param>
    /// <param name="runLength">Elements of a run.</param>
    public Patches(ReadOnlySpan<float> data, ReadOnlySpan<int> starts, ReadOnlySpan<int> runs, int runLength)
    {
        Data = data;
        Starts = starts;
        Runs = runs;
        Vectors = starts.Length;
        RunLength = runLength;
    }

    /// <summary>Elements of a vector.</summary>
    public int Columns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Runs.Length > 1 ? Runs.Length * RunLength : RunLength;
    }

    /// <summary>Element <paramref name="column"/> of a vector.</summary>
    public float this[int vector, int column] => Data[Start(vector) + Offset(column)];

    /// <summary>Where a vector begins.</summary>
    public int Start(int vector) => Starts.IsEmpty ? vector * Columns : Starts[vector];

    /// <summary>Where a column lies, counted from the start of its vector.</summary>
    public int Offset(int column) => Runs.IsEmpty ? column : Runs[column / RunLength] + column % RunLength;

    /// <summary>Whether every element lies in the data.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Fit() => Vectors >= 1 && (Starts.IsEmpty && Runs.IsEmpty ? Data.Length == (long)Vectors * RunLength : RunsFit());

    private bool RunsFit()
    {
        if (Starts.IsEmpty || RunLength < 1)
            return false;
        var (first, last) = (0, 0);
        if (!Runs.IsEmpty)
            (first, last) = Ends(Runs);
        var (lowest, highest) = Ends(Starts);
        return lowest + (long)first >= 0 && highest + (long)last + RunLength <= Data.Length;
    }

    private static (int Lowest, int Highest) Ends(ReadOnlySpan<int> places)
    {
        var (lowest, highest) = (places[0], places[0]);
        foreach (var place in places)
            (lowest, highest) = (Math.Min(lowest, place), Math.Max(highest, place));
        return (lowest, highest);
    }
}
