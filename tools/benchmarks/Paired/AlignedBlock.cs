using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeSeq.Tool.Bench;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Zeroed memory on a 64-byte boundary, as in a mapped program file; readable up to a multiple of
/// <see cref="WideReads.Turn"/>.</summary>
internal sealed unsafe class AlignedBlock : IDisposable
{
    public AlignedBlock(int length)
    {
        Length = length;
        ReadableLength = (length + WideReads.Turn - 1) / WideReads.Turn * WideReads.Turn;
        Address = (byte*)NativeMemory.AlignedAlloc((nuint)ReadableLength, 64);
        new Span<byte>(Address, ReadableLength).Clear();
    }

    public byte* Address { get; private set; }

    public int Length { get; }

    public int ReadableLength { get; }

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
