using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Program;

/// <summary>Zeroed native memory on a 64-byte boundary.</summary>
internal sealed unsafe class NativeBlock : SafeHandle
{
    public NativeBlock(long bytes)
        : base(0, ownsHandle: true)
    {
        var size = checked((nuint)Math.Max(bytes, 1));
        var memory = NativeMemory.AlignedAlloc(size, ProgramSpec.Alignment);
        NativeMemory.Clear(memory, size);
        SetHandle((nint)memory);
    }

    public byte* Pointer => (byte*)handle;

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
