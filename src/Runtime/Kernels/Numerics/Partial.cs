using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Loads and stores of fewer elements than a register has lanes, without touching memory beyond them.</summary>
internal static unsafe class Partial<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>The first <paramref name="count"/> lanes from memory, <paramref name="fill"/> in the others.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TLanes Load(float* source, nint count, float fill = 0f)
    {
        var lanes = stackalloc float[16];
        TLanes.Store(TLanes.Create(fill), lanes);
        for (nint i = 0; i < count; i++)
            lanes[i] = source[i];
        return TLanes.Load(lanes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store(TLanes value, float* target, nint count)
    {
        var lanes = stackalloc float[16];
        TLanes.Store(value, lanes);
        for (nint i = 0; i < count; i++)
            target[i] = lanes[i];
    }
}
