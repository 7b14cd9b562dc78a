using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>The operands of an int8 step of a recurrent layer, vectors quantised, a missing bias null. An instruction set's own code reads
/// them in the order of <see cref="RecurrentField"/>; so all fields have 8 bytes, and each is written by itself: a copy of the whole would
/// wait for them.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(long))]
internal unsafe struct RecurrentStep
{
    public sbyte* W;
    public sbyte* R;
    public sbyte* X;
    public sbyte* XEnd;
    public sbyte* H;
    public sbyte* HEnd;
    public float* WScale;
    public float* RScale;
    public float* WBias;
    public float* RBias;

    /// <summary>Where the sums start.</summary>
    public long XStart;

    public long HStart;

    /// <summary>Activation = scale × int8 value: the bits of a float32 number.</summary>
    public long XScale;

    public long HScale;

    /// <summary>The cell of an LSTM, the hidden state of a GRU.</summary>
    public float* State;

    public float* CellNext;
    public float* HiddenNext;

    /// <summary>Times that the code does its units.</summary>
    public long Turns;

    /// <summary>Constants of the sigmoid, those of the tanh, then what is not of either, each in a row of 16 copies.</summary>
    public float* Half;

    public float* Whole;
    public float* Others;
}
