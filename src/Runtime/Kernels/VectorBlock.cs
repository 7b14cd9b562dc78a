using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>A block of whole tiles of a matrix and the quantised vectors that meet it. An instruction set's own code reads the fields in
/// the order of <see cref="BlockField"/>; so all of them have 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(long))]
internal unsafe struct VectorBlock
{
    public sbyte* W;

    /// <summary>The codes of one vector, or of the first of several, behind its header (see <see cref="Vector.PreparedVectors"/>).</summary>
    public sbyte* X;

    /// <summary>Bytes from vector to vector.</summary>
    public long XStride;

    /// <summary>Columns with padding.</summary>
    public long Length;

    /// <summary>One factor for each row, like what follows.</summary>
    public float* Scale;

    /// <summary>Null: none.</summary>
    public float* Bias;

    /// <summary>Null: the vectors have no zero point.</summary>
    public float* Shift;

    /// <summary>Results of the first vector.</summary>
    public float* Y;

    /// <summary>Bytes from vector to vector.</summary>
    public long YStride;

    /// <summary>Of as many vectors as the instruction set takes at once; for one vector: of blocks.</summary>
    public long Turns;

    /// <summary>Where the sums of one vector start.</summary>
    public long Start;

    /// <summary>One vector's: the bits of a float32 number, like the next one.</summary>
    public long XScale;

    public long XOffset;

    /// <summary>The instruction set's own, like what follows: bytes to the biases of the next block.</summary>
    public long BiasStep;

    /// <summary>Bytes from scales to shifts.</summary>
    public long ShiftFromScale;
}
