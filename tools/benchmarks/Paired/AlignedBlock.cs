using System.Runtime.InteropServices;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>Zeroed memory on a 64-byte boundary, as in a mapped program file.</summary>
internal sealed unsafe class AlignedBlock : IDisposable
{
    public AlignedBlock(int length)
    {
        Length = length;
        Address = (byte*)NativeMemory.AlignedAlloc((nuint)length, 64);
        new Span<byte>(Address, length).Clear();
    }

    public byte* Address { get; private set; }

    public int Length { get; }

    public Span<T> Span<T>()
        where T : unmanaged
        => new(Address, Length / sizeof(T));

    public void Dispose()
    {
        NativeMemory.AlignedFree(Address);
        Address = null;
    }
}
