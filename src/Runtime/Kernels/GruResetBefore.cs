using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>The GRU that resets the state before the product (linear_before_reset = 0). The third product waits for the reset gate,
/// so the step is composed of whole-vector kernels.</summary>
internal static class GruResetBefore
{
    private const int Gates = 3;

    public static void StepS8(KernelSet kernels, MatrixS8 w, MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
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
        ResetState(kernels, reset, product, h);
        kernels.LinearS8(w.Gate(2, Gates, hidden), x, xScale, candidate, 1, linear);
        kernels.LinearS8(r.Gate(2, Gates, hidden), reset, hScale, product, 1, linear);
        Mix(kernels, update, candidate, product, h, hNext);
    }

    public static void StepF32(KernelSet kernels, MatrixF32 w, MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext, Span<byte> scratch)
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
        ResetState(kernels, reset, product, h);
        kernels.LinearF32(w.Gate(2, Gates, hidden), x, candidate, 1);
        kernels.LinearF32(r.Gate(2, Gates, hidden), reset, product, 1);
        Mix(kernels, update, candidate, product, h, hNext);
    }

    private static Span<float> Take(Span<byte> scratch, int hidden, out Span<byte> rest)
    {
        var bytes = 4 * hidden * sizeof(float);
        rest = scratch[bytes..];
        return MemoryMarshal.Cast<byte, float>(scratch[..bytes]);
    }

    /// <summary>reset = sigmoid(reset + product)·h.</summary>
    private static void ResetState(KernelSet kernels, Span<float> reset, ReadOnlySpan<float> product, ReadOnlySpan<float> h)
    {
        kernels.Binary(BinaryFunction.Add, reset, product, reset);
        kernels.Unary(UnaryFunction.Sigmoid, reset, reset);
        kernels.Binary(BinaryFunction.Mul, reset, h, reset);
    }

    /// <summary>h' = n + sigmoid(update)·(h - n) with n = tanh(candidate + product).</summary>
    private static void Mix(KernelSet kernels, Span<float> update, Span<float> candidate, Span<float> product, ReadOnlySpan<float> h, Span<float> hNext)
    {
        kernels.Unary(UnaryFunction.Sigmoid, update, update);
        kernels.Binary(BinaryFunction.Add, candidate, product, candidate);
        kernels.Unary(UnaryFunction.Tanh, candidate, candidate);
        kernels.Binary(BinaryFunction.Sub, h, candidate, product);
        kernels.Binary(BinaryFunction.Mul, update, product, update);
        kernels.Binary(BinaryFunction.Add, candidate, update, hNext);
    }
}
