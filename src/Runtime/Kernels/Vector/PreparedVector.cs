namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>A quantised vector in scratch memory, in the form of <see cref="IDotS8.Prepare"/>.</summary>
internal readonly unsafe struct PreparedVector(sbyte* values, nint length, int correction, float scale, float offset = 0f)
{
    public readonly sbyte* Values = values;

    /// <summary>Columns with padding; a multiple of 16.</summary>
    public readonly nint Length = length;

    public readonly int Correction = correction;

    /// <summary>Activation = scale × int8 value - offset.</summary>
    public readonly float Scale = scale;

    public readonly float Offset = offset;

    public sbyte* Signs => Values + Length;

    /// <summary>The correction in the header before a vector's values, where it has one (<see cref="PreparedVectors"/>).</summary>
    public static int CorrectionBefore(sbyte* values) => *(int*)(values - KernelScratch.VectorHeaderBytes);
}
