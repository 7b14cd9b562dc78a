using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>Activations that are quantised twice: the vectors' codes lie first in scratch memory, then the finer ones.</summary>
internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    /// <param name="vector">Whose codes are there.</param>
    /// <param name="finer">Where the codes of what they leave over go; scale 0: nothing to add.</param>
    private static void QuantizeFiner(in PatchesF32 x, nint vector, in PreparedVectors prepared, nint finer)
    {
        var step = prepared.Scale(vector);
        var finerStep = step / WideSteps;
        prepared.KeepScale(finer, finerStep, 1f / finerStep);
        if (finerStep == 0f)
            return;
        var values = prepared.Values(finer);
        var sum = TLanes.Zero;
        var q = values;
        for (nint run = 0; run < x.RunCount; run++, q += x.RunLength)
            sum = FinerCodes(x.Start(vector) + x.Run(run), x.RunLength, prepared.Inverse(vector), step, 1f / finerStep, q, sum);
        for (var i = x.Columns; i < prepared.Length; i += TLanes.Count)
            TLanes.StoreLowBytes(TLanes.Zero, values + i);
        prepared.KeepStart(finer, Start(values, prepared.Length, sum));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes FinerCodes(float* x, nint length, float inverse, float step, float finerInverse, sbyte* q, TLanes sum)
    {
        for (nint i = 0; i < length; i += TLanes.Count)
        {
            var value = LoadUpTo(x + i, length - i);
            var code = Round(value * TLanes.Create(inverse)) - TLanes.Create(ElementMath.RoundingMagic);
            var rest = TLanes.Fma(TLanes.Negate(code), TLanes.Create(step), value);
            sum = Put(rest * TLanes.Create(finerInverse), q + i, sum);
        }

        return sum;
    }

    /// <summary>y += sums·(scale·xScale).</summary>
    private static void AddSums(int* sums, nint count, nint rowStride, float* scale, float xScale, float* y)
    {
        var factor = TLanes.Create(xScale);
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var scales = TLanes.Load(scale + i / TileRows * rowStride + i % TileRows) * factor;
            var added = TLanes.Fma(TLanes.LoadInt32(sums + i), scales, TLanes.Zero);
            StoreUpTo(LoadUpTo(y + i, count - i) + added, y + i, count - i);
        }
    }
}
