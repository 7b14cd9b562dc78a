namespace EdgeSeq.Runtime.Kernels;

// The second half of a recurrent step, for callers that compute the products of several states together. A step's products are
// Linear(w, x) and Linear(r, h) over the whole gate-interleaved matrices; with them these methods give the bits of the fused steps.
internal abstract partial class KernelSet
{
    /// <summary>The gates of <see cref="LstmStepS8"/> or <see cref="LstmStepF32"/>.</summary>
    /// <param name="int8">Which of the two: they differ in their gate functions.</param>
    /// <param name="wx">Linear(w, x), [4 × padded hidden] in the matrix's row order.</param>
    /// <param name="rh">Linear(r, h), as wx.</param>
    /// <param name="c">[hidden].</param>
    /// <param name="hNext">[hidden].</param>
    /// <param name="cNext">[hidden]; may be c.</param>
    public void LstmGates(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> c, Span<float> hNext,
        Span<float> cNext)
    {
        RequireGates(4, wx, rh, hNext);
        Require(c.Length == hNext.Length && cNext.Length == hNext.Length);
        LstmGatesCore(int8, wx, rh, c, hNext, cNext);
    }

    /// <summary>The gates of <see cref="GruStepS8"/> or <see cref="GruStepF32"/> with linearBeforeReset.</summary>
    /// <param name="int8">Which of the two: they differ in their gate functions.</param>
    /// <param name="wx">Linear(w, x), [3 × padded hidden] in the matrix's row order.</param>
    /// <param name="rh">Linear(r, h), as wx.</param>
    /// <param name="h">[hidden].</param>
    /// <param name="hNext">[hidden]; may be h.</param>
    public void GruGates(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> h, Span<float> hNext)
    {
        RequireGates(3, wx, rh, hNext);
        Require(h.Length == hNext.Length);
        GruGatesCore(int8, wx, rh, h, hNext);
    }

    /// <summary>The activation of <see cref="RnnStepS8"/> or <see cref="RnnStepF32"/>.</summary>
    /// <param name="int8">Which of the two: they differ in their gate functions.</param>
    /// <param name="wx">Linear(w, x), [padded hidden].</param>
    /// <param name="rh">Linear(r, h), as wx.</param>
    /// <param name="hNext">[hidden].</param>
    public void RnnGates(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> hNext)
    {
        RequireGates(1, wx, rh, hNext);
        RnnGatesCore(int8, wx, rh, hNext);
    }

    protected abstract void LstmGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext);

    protected abstract void GruGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> h,
        Span<float> hNext);

    protected abstract void RnnGatesCore(bool int8, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, Span<float> hNext);

    private static void RequireGates(int gates, ReadOnlySpan<float> wx, ReadOnlySpan<float> rh, ReadOnlySpan<float> hNext) =>
        Require(wx.Length == PackedLayout.GatedRows(hNext.Length, gates) && rh.Length == wx.Length);
}
