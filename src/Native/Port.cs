using System.Runtime.InteropServices;

namespace EdgeSeq.Native;

/// <summary><c>edgeseq_port</c> of edgeseq.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Port
{
    public byte* Name;
    public byte* Unit;
    public byte** Labels;
    public long* Shape;
    public long Length;
    public int Rank;
    public ElementKind Type;
    public int Rate;
    public int Offset;
}
