namespace EdgeSeq.Runtime.Program;

/// <summary>A verified value: its elements lie inside its place. Address is absolute for constants, otherwise an offset into the
/// state or the arena.</summary>
internal readonly record struct LoadedValue(string Name, ElementType Type, ValuePlace Place, int Length, nint Address)
{
    public long Bytes => (long)Length * Type.Size();
}
