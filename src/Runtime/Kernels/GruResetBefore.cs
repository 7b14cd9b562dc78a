using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>The GRU that resets the state before the product (linear_before_reset = 0). The third product waits for the reset gate,
/// so the step is composed of whole-vector kernels.</summary>
internal static class GruResetBefore
{
    private const int Gates = 3;

    public static void StepS8(KernelSet kernels, in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        var hidden = h.Length;
        var vectors = Take(scratch, hidden, out var linear);
        var update = vectors[..hidden];
        var reset = vectors.Slice(hidden, hidden);
        var candidate = vectors.Slice(2 * hidden, hidden);
        var product = vectors.Slice(3 * hidden, hidden);
        kernels.LinearS8(w.Gate(0, Gates, hidden), x, xScale, update, 1, linear);
        kernels.LinearS8(r.Gate(0, Gates, hidden), h, hScale, product, 1, linear);
        kernels.Binary(BinaryFunction.Add, update, product, update);
        kernels.LinearS8(w.Gate(1, Gates, hidden), x, xScale, reset, 1, linear);
        kernels.LinearS8(r.Gate(1, Gates, hidden), h, hScale, product, 1, linear);
        kernels.GruResetCore(reset, product, h, reset);
        kernels.LinearS8(w.Gate(2, Gates, hidden), x, xScale, candidate, 1, linear);
        kernels.LinearS8(r.Gate(2, Gates, hidden), reset, hScale, product, 1, linear);
        kernels.Binary(BinaryFunction.Add, candidate, product, candidate);
        kernels.GruMixCore(update, candidate, h, hNext);
    }

    public static void StepF32(KernelSet kernels, in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        Span<float> hNext, Span<byte> scratch)
    {
        var hidden = h.Length;
        var vectors = Take(scratch, hidden, out _);
        var update = vectors[..hidden];
        var reset = vectors.Slice(hidden, hidden);
        var candidate = vectors.Slice(2 * hidden, hidden);
        var product = vectors.Slice(3 * hidden, hidden);
        kernels.LinearF32(w.Gate(0, Gates, hidden), x, update, 1);
        kernels.LinearF32(r.Gate(0, Gates, hidden), h, product, 1);
        kernels.Binary(BinaryFunction.Add, update, product, update);
        kernels.LinearF32(w.Gate(1, Gates, hidden), x, reset, 1);
        kernels.LinearF32(r.Gate(1, Gates, hidden), h, product, 1);
        kernels.GruResetCore(reset, product, h, reset);
        kernels.LinearF32(w.Gate(2, Gates, hidden), x, candidate, 1);
        kernels.LinearF32(r.Gate(2, Gates, hidden), reset, product, 1);
        kernels.Binary(BinaryFunction.Add, candidate, product, candidate);
        kernels.GruMixCore(update, candidate, h, hNext);
    }

    private static Span<float> Take(Span<byte> scratch, int hidden, out Span<byte> rest)
    {
        var bytes = 4 * hidden * sizeof(float);
        rest = scratch[bytes..];
        return MemoryMarshal.Cast<byte, float>(scratch[..bytes]);
    }
}
