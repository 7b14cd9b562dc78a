using System.Runtime.InteropServices;

namespace EdgeSeq.Native;

/// <summary><c>edgeseq_info</c> of edgeseq.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ModelInfo
{
    public byte* Kernels;
    public double RateHz;
    public long SessionBytes;
    public int Inputs;
    public int Outputs;
    public int Delay;
    public int FlushSteps;
}
