using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Memory on the stack that begins with a line of the cache. Registers stored across two lines take twice as long, and the
/// stack lies elsewhere in each process.</summary>
internal static unsafe class StackLine
{
    /// <summary>Elements of four bytes to ask for beyond those needed.</summary>
    public const int Room = PackedLayout.LineBytes / sizeof(int);

    /// <summary>The first line in memory that has <see cref="Room"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* In<T>(T* memory)
        where T : unmanaged
        => (T*)(((nint)memory + (PackedLayout.LineBytes - 1)) & -PackedLayout.LineBytes);
}
