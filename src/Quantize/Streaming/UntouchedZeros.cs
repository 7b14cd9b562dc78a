using System.Buffers;
using System.Runtime.InteropServices;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Zeros to be read only: the operating system gives them no memory before somebody writes to them.</summary>
internal sealed unsafe class UntouchedZeros(int bytes) : MemoryManager<byte>
{
    private readonly byte* _first = (byte*)NativeMemory.AllocZeroed((nuint)bytes);

    public override Span<byte> GetSpan() => new(_first, bytes);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_first + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => NativeMemory.Free(_first);
}
