using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>The states that ops write in whole, as the last good step left them.</summary>
internal sealed unsafe class StateKeeper(StateWrite[] writes, byte* state, byte* memory)
{
    private byte* _kept = memory;
    private byte* _spare = memory + (BytesOf(writes) / 2);

    /// <summary>Memory that a keeper needs.</summary>
    public static long BytesOf(StateWrite[] writes) => 2 * sizeof(int) * writes.Sum(write => write.Words);

    /// <summary>Keeps the states as they are, if they are good: one pass looks and copies.</summary>
    /// <returns>False where they are not; what was kept before stays.</returns>
    public bool TryKeep()
    {
        var to = (int*)_spare;
        foreach (var write in writes)
        {
            if (!write.Check.TryCopy((int*)(state + write.Offset), to, write.Words))
                return false;
            to += write.Words;
        }

        var kept = _kept;
        _kept = _spare;
        _spare = kept;
        return true;
    }

    /// <summary>Puts back what was kept last.</summary>
    public void Restore()
    {
        var from = (int*)_kept;
        foreach (var write in writes)
        {
            StateCheck.None.TryCopy(from, (int*)(state + write.Offset), write.Words);
            from += write.Words;
        }
    }
}
