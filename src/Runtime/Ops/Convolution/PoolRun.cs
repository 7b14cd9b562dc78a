namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>Neighbouring positions along W under which equally many taps lie on the input.</summary>
/// <param name="first">The first position.</param>
/// <param name="taps">Of the first position.</param>
/// <param name="counted">Taps along W that an average counts.</param>
internal sealed class PoolRun(int first, TapRange taps, int counted)
{
    public int First => first;

    public TapRange Taps => taps;

    public int Counted => counted;

    /// <summary>How many positions.</summary>
    public int Count { get; private set; } = 1;

    /// <param name="geometry">Of the op.</param>
    /// <param name="countPadding">Whether taps on the padding are counted.</param>
    public static PoolRun[] Of(Geometry geometry, bool countPadding)
    {
        var runs = new List<PoolRun>();
        for (var column = 0; column < geometry.Columns; column++)
        {
            var taps = geometry.TapsOnInput(1, column);
            var counted = countPadding ? geometry.TapsOnPaddedInput(1, column) : taps.Count;
            if (runs.Count > 0 && runs[^1].GoesOnWith(taps, counted, geometry.ColumnStride))
                runs[^1].Count++;
            else
                runs.Add(new PoolRun(column, taps, counted));
        }

        return [.. runs];
    }

    private bool GoesOnWith(TapRange next, int nextCounted, int stride) =>
        next.Count == taps.Count && nextCounted == counted && next.First == taps.First + (Count * stride);
}
