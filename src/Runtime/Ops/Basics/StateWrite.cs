namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>A state that an op writes in whole: a session keeps it as the last good step left it.</summary>
/// <param name="Offset">Where it lies in the state, in bytes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Check">What may not stay in it.</param>
internal sealed record StateWrite(long Offset, long Bytes, StateCheck Check)
{
    private const int Word = sizeof(int);

    /// <summary>Its size in groups of four bytes; values begin on wider boundaries, so what is taken too much belongs to none.</summary>
    public long Words => (Bytes + Word - 1) / Word;

    /// <summary>Neighbours that are looked at in one way become one.</summary>
    public static StateWrite[] Merge(IEnumerable<StateWrite> writes)
    {
        var merged = new List<StateWrite>();
        foreach (var write in writes.Distinct().OrderBy(write => write.Offset))
        {
            if (merged.Count > 0 && merged[^1] is var last && last.Check == write.Check && write.Offset <= last.Offset + last.Bytes)
                merged[^1] = last with { Bytes = Math.Max(last.Bytes, write.Offset + write.Bytes - last.Offset) };
            else
                merged.Add(write);
        }

        return [.. merged];
    }
}
