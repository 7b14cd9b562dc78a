using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Zeroed memory on a 64-byte boundary, as in a mapped program file; readable up to a multiple of
/// <see cref="ReadFloor.Block"/>.</summary>
internal sealed unsafe class AlignedBlock : IDisposable
{
    public AlignedBlock(int length)
    {
        Length = length;
        var rounded = (length + ReadFloor.Block - 1) / ReadFloor.Block * ReadFloor.Block;
        Address = (byte*)NativeMemory.AlignedAlloc((nuint)rounded, 64);
        new Span<byte>(Address, rounded).Clear();
    }

    public byte* Address { get; private set; }

    public int Length { get; }

    public static AlignedBlock Of(ReadOnlySpan<float> values)
    {
        var block = new AlignedBlock(values.Length * sizeof(float));
        values.CopyTo(block.Span<float>());
        return block;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Span<T>()
        where T : unmanaged
        => new(Address, (int)((uint)Length / (uint)sizeof(T)));

    public void Dispose()
    {
        NativeMemory.AlignedFree(Address);
        Address = null;
    }
}
