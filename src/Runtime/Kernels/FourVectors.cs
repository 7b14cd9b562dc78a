using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>Four float32 vectors of the same length to quantise, each by its own largest magnitude. An instruction set's own code reads the
/// fields in the order of <see cref="VectorsField"/>; so all of them have 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(long))]
internal unsafe struct FourVectors
{
    public float* First;
    public float* Second;
    public float* Third;
    public float* Fourth;

    /// <summary>Where the runs of a vector begin, in elements from its own start.</summary>
    public int* Runs;

    public int* RunsEnd;

    /// <summary>Where the first vector goes: its header, then its codes (see <see cref="Vector.PreparedVectors"/>).</summary>
    public byte* Headers;

    /// <summary>The last codes of the first vector, padding among them.</summary>
    public sbyte* LastCodes;

    /// <summary>Bytes from header to header.</summary>
    public long Stride;

    /// <summary>The instruction set's own, like what follows: the run that it is at.</summary>
    public int* Run;

    /// <summary>Whole registers of a run, less the last one, which may be a part.</summary>
    public long Turns;

    /// <summary>A bit for each lane of the last register that holds an element.</summary>
    public long LastMask;

    /// <summary>Lanes of a run's registers beyond its elements.</summary>
    public long Excess;

    /// <summary>From which the sum of a lane's codes counts: what rounding by addition adds to all of them, negative, in 32 bits.</summary>
    public long SumStart;

    public float* Constants;
}
