using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>The arithmetic of step ops for one instruction set. Every set gives the same bits as <see cref="Reference.ReferenceKernels"/>,
/// which states the rules. The methods here check lengths and pass on to the set's own.</summary>
/// <remarks>
/// Spans named <c>scratch</c> need the bytes that <see cref="KernelScratch"/> states; nothing in them survives a call.
/// An activation scale of 0 means dynamic: the vector's own largest magnitude over 127, found at each call.
/// No method allocates.
/// </remarks>
internal abstract partial class KernelSet
{
    /// <summary>2⁻¹⁰⁰: a vector without a magnitude as large is quantised as zeros.</summary>
    internal const float SmallestMagnitude = 7.8886091e-31f;

    /// <summary>As accepted by <c>EDGESEQ_ISA</c> and shown to users.</summary>
    public abstract string Name { get; }

    /// <summary>Quantises with scale = largest finite magnitude / 127, returned: q = round-half-even(x·(127/largest)), clamped to
    /// [-127, 127]; a NaN becomes -127. A vector without a magnitude of at least 2⁻¹⁰⁰ gives zeros and scale 0.</summary>
    /// <param name="x">Any values.</param>
    /// <param name="q">At least <see cref="PackedLayout.PadColumnsS8"/>(x.Length) elements; the padding is zeroed.</param>
    public float QuantizeS8(ReadOnlySpan<float> x, Span<sbyte> q)
    {
        Require(q.Length >= PackedLayout.PadColumnsS8(x.Length));
        return QuantizeS8Core(x, q, 0f);
    }

    /// <summary>Quantises with a given scale &gt; 0: q = round-half-even(x·(1/scale)), clamped to [-127, 127]; a NaN becomes
    /// -127.</summary>
    public void QuantizeS8(ReadOnlySpan<float> x, float scale, Span<sbyte> q)
    {
        Require(q.Length >= PackedLayout.PadColumnsS8(x.Length) && scale > 0f);
        QuantizeS8Core(x, q, scale);
    }

    /// <summary>y[vector, row] = Σ matrix[row, k]·x[vector, k], exact in int32.</summary>
    /// <param name="x">[vectors, padded columns] in [-127, 127], zero in the padding.</param>
    /// <param name="y">[vectors, rows].</param>
    /// <param name="scratch"><see cref="KernelScratch.LinearS8"/> bytes.</param>
    public void GemvS8S32(in MatrixS8 matrix, ReadOnlySpan<sbyte> x, Span<int> y, int vectors, Span<byte> scratch)
    {
        Require(x.Length == (long)vectors * PackedLayout.PadColumnsS8(matrix.Columns) && y.Length == (long)vectors * matrix.Rows
            && scratch.Length >= KernelScratch.LinearS8(matrix.Columns, vectors));
        GemvS8S32Core(matrix, x, y, vectors, scratch);
    }

    /// <summary>y[vector, row] = fma(Σ w[row, k]·q[vector, k], scale[row]·xScale, bias[row] or 0) with q the quantised x. Where w has
    /// shifts, q has the zero point of <see cref="CodeRange"/> and the bias is fma(offset, shift[row], bias[row] or 0).
    /// Several vectors share one pass over the weights and give the same bits as one by one.</summary>
    /// <param name="x">[vectors, columns].</param>
    /// <param name="xScale">Activation scale, 0: dynamic per vector, as it is for a w with shifts.</param>
    /// <param name="y">[vectors, rows], not overlapping x.</param>
    /// <param name="scratch"><see cref="KernelScratch.LinearS8"/> bytes.</param>
    public void LinearS8(in MatrixS8 w, ReadOnlySpan<float> x, float xScale, Span<float> y, int vectors, Span<byte> scratch)
    {
        if (vectors > 1)
        {
            MultiplyS8(w, new Patches(x, vectors, w.Columns), xScale, y, scratch);
            return;
        }

        // Most steps have one vector, and a small product feels what many take to be described.
        Require(x.Length == w.Columns && y.Length == w.Rows && !w.Scale.IsEmpty && scratch.Length >= KernelScratch.LinearS8(w.Columns));
        LinearS8Core(w, x, xScale, y, scratch);
    }

    /// <summary>As <see cref="LinearS8"/> for vectors that are read where they lie.</summary>
    /// <param name="x">Of w's columns.</param>
    /// <param name="y">[vectors, rows], not overlapping x.</param>
    public void MultiplyS8(in MatrixS8 w, in Patches x, float xScale, Span<float> y, Span<byte> scratch)
    {
        Require(x.Columns == w.Columns && x.Fit() && y.Length == (long)x.Vectors * w.Rows && !w.Scale.IsEmpty
            && scratch.Length >= KernelScratch.LinearS8(w.Columns, x.Vectors));
        MultiplyS8Core(w, x, xScale, false, y, scratch);
    }

    /// <summary>As <see cref="MultiplyS8"/> with dynamic scales and x quantised twice: adds w's product, without a bias, with what the
    /// codes leave over, x - scale·q, quantised at 1/<see cref="WideSteps"/> of their step. Two passes over the weights give nearly what
    /// 16-bit activations would.</summary>
    /// <param name="x">Of w's columns.</param>
    /// <param name="y">[vectors, rows], not overlapping x.</param>
    /// <param name="scratch"><see cref="KernelScratch.WideS8"/> bytes.</param>
    public void MultiplyWideS8(in MatrixS8 w, in Patches x, Span<float> y, Span<byte> scratch)
    {
        Require(x.Columns == w.Columns && x.Fit() && y.Length == (long)x.Vectors * w.Rows && !w.Scale.IsEmpty
            && scratch.Length >= KernelScratch.WideS8(w.Columns, x.Vectors));
        MultiplyS8Core(w, x, 0f, true, y, scratch);
    }

    /// <summary>y[vector, row] = ((s0 + s1) + (s2 + s3)) + (bias[row] or 0) with s_j the fma chain over the columns k ≡ j mod 4
    /// in order of k. Several vectors share one pass over the weights and give the same bits as one by one.</summary>
    /// <param name="x">[vectors, columns].</param>
    /// <param name="y">[vectors, rows], not overlapping x.</param>
    public void LinearF32(in MatrixF32 w, ReadOnlySpan<float> x, Span<float> y, int vectors) =>
        MultiplyF32(w, new Patches(x, vectors, w.Columns), y);

    /// <summary>As <see cref="LinearF32"/> for vectors that are read where they lie.</summary>
    /// <param name="x">Of w's columns.</param>
    /// <param name="y">[vectors, rows], not overlapping x.</param>
    public void MultiplyF32(in MatrixF32 w, in Patches x, Span<float> y)
    {
        Require(x.Columns == w.Columns && x.Fit() && y.Length == (long)x.Vectors * w.Rows);
        MultiplyF32Core(w, x, y);
    }

    /// <summary>One LSTM step with the default activations (sigmoid, tanh, tanh). Gate order i, o, f, c; a gate's pre-activation is
    /// Linear(w, x) + Linear(r, h), so the bias belongs to either matrix. For other activations, peepholes or clip compose
    /// <see cref="LinearS8"/> over <see cref="MatrixS8.Gate"/> with <see cref="Unary"/>: same pre-activations to the bit.
    /// Gate functions have an absolute error of 1.5e-6 in int8 steps and of 2.8e-7 in float32 steps.</summary>
    /// <param name="w">Gate-interleaved [4 × hidden, input].</param>
    /// <param name="r">Gate-interleaved [4 × hidden, hidden].</param>
    /// <param name="hNext">[hidden]; may be h.</param>
    /// <param name="cNext">[hidden]; may be c.</param>
    /// <param name="scratch"><see cref="KernelScratch.RecurrentS8"/> bytes.</param>
    public void LstmStepS8(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        RequireRecurrent(w, r, 4, x, h, hNext, scratch);
        Require(c.Length == h.Length && cNext.Length == h.Length);
        LstmStepS8Core(w, r, x, xScale, h, hScale, c, hNext, cNext, scratch);
    }

    /// <summary>As <see cref="LstmStepS8"/> in float32; scratch: <see cref="KernelScratch.RecurrentF32"/> bytes.</summary>
    public void LstmStepF32(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext, Span<byte> scratch)
    {
        RequireRecurrent(w, r, 4, x, h, hNext, scratch);
        Require(c.Length == h.Length && cNext.Length == h.Length);
        LstmStepF32Core(w, r, x, h, c, hNext, cNext, scratch);
    }

    /// <summary>One GRU step with the default activations (sigmoid, tanh). Gate order z, r, h. With
    /// <paramref name="linearBeforeReset"/>: n = tanh(Linear(w_h, x) + r·Linear(r_h, h)), else
    /// n = tanh(Linear(w_h, x) + Linear(r_h, r·h));
    /// h' = (1 - z)·n + z·h. Biases belong to their matrices.</summary>
    /// <param name="w">Gate-interleaved [3 × hidden, input].</param>
    /// <param name="r">Gate-interleaved [3 × hidden, hidden].</param>
    /// <param name="hNext">[hidden]; may be h.</param>
    /// <param name="scratch"><see cref="KernelScratch.RecurrentS8"/> bytes.</param>
    public void GruStepS8(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        Span<float> hNext, bool linearBeforeReset, Span<byte> scratch)
    {
        RequireRecurrent(w, r, 3, x, h, hNext, scratch);
        if (linearBeforeReset)
            GruStepS8Core(w, r, x, xScale, h, hScale, hNext, scratch);
        else
            GruResetBefore.StepS8(this, w, r, x, xScale, h, hScale, hNext, scratch);
    }

    /// <summary>As <see cref="GruStepS8"/> in float32; scratch: <see cref="KernelScratch.RecurrentF32"/> bytes.</summary>
    public void GruStepF32(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        bool linearBeforeReset, Span<byte> scratch)
    {
        RequireRecurrent(w, r, 3, x, h, hNext, scratch);
        if (linearBeforeReset)
            GruStepF32Core(w, r, x, h, hNext, scratch);
        else
            GruResetBefore.StepF32(this, w, r, x, h, hNext, scratch);
    }

    /// <summary>One step of a simple recurrent layer: h' = tanh(Linear(w, x) + Linear(r, h)).</summary>
    /// <param name="w">[hidden, input].</param>
    /// <param name="r">[hidden, hidden].</param>
    /// <param name="hNext">[hidden]; may be h.</param>
    /// <param name="scratch"><see cref="KernelScratch.RecurrentS8"/> bytes.</param>
    public void RnnStepS8(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h, float hScale,
        Span<float> hNext, Span<byte> scratch)
    {
        RequireRecurrent(w, r, 1, x, h, hNext, scratch);
        RnnStepS8Core(w, r, x, xScale, h, hScale, hNext, scratch);
    }

    /// <summary>As <see cref="RnnStepS8"/> in float32; scratch: <see cref="KernelScratch.RecurrentF32"/> bytes.</summary>
    public void RnnStepF32(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        Span<byte> scratch)
    {
        RequireRecurrent(w, r, 1, x, h, hNext, scratch);
        RnnStepF32Core(w, r, x, h, hNext, scratch);
    }

    /// <summary>Writes a token into its slot of the ring, each head's key and value quantised with a scale of its own.</summary>
    /// <param name="k">[heads, keySize].</param>
    /// <param name="v">[heads, valueSize].</param>
    /// <param name="scratch"><see cref="KernelScratch.LinearS8"/>(max(keySize, valueSize), 2 heads) bytes.</param>
    public void AppendS8(in AttentionRingS8 ring, int slot, ReadOnlySpan<float> k, ReadOnlySpan<float> v, Span<byte> scratch)
    {
        Require((uint)slot < (uint)ring.Window && k.Length == (long)ring.Heads * ring.KeySize
            && v.Length == (long)ring.Heads * ring.ValueSize
            && scratch.Length >= KernelScratch.LinearS8(Math.Max(ring.KeySize, ring.ValueSize), 2 * ring.Heads));
        AppendS8Core(ring, slot, k, v, scratch);
    }

    /// <summary>Writes a token into its slot of the ring.</summary>
    /// <param name="k">[heads, keySize].</param>
    /// <param name="v">[heads, valueSize].</param>
    public static void AppendF32(in AttentionRingF32 ring, int slot, ReadOnlySpan<float> k, ReadOnlySpan<float> v)
    {
        Require((uint)slot < (uint)ring.Window && k.Length == (long)ring.Heads * ring.KeySize
            && v.Length == (long)ring.Heads * ring.ValueSize);
        for (var head = 0; head < ring.Heads; head++)
        {
            for (var column = 0; column < ring.KeySize; column++)
                ring.Keys[head * ring.KeysLength + PackedLayout.OffsetF32(slot, column, ring.KeySize)] = k[head * ring.KeySize + column];
            for (var row = 0; row < ring.ValueSize; row++)
                ring.Values[head * ring.ValuesLength + PackedLayout.OffsetF32(row, slot, ring.Window)] = v[head * ring.ValueSize + row];
        }
    }

    /// <summary>Attention over the first <paramref name="tokens"/> slots, which are those that hold a token; as many query heads in
    /// turn share one key/value head as their numbers say. Scores: (Σ q·k)·((qScale·scale)·kScale[slot]), then softcap, biases, and a
    /// clamp to finite; where every score is <see cref="AttentionRule.Hidden"/>, y is 0. Weights: exp(score - largest)·vScale[slot],
    /// 0 where the exponent is below -87, quantised to 14 bits of the
    /// largest. y = (weights·values)·((largest/16383)/Σ exp), the products exact for
    /// <see cref="AttentionRingS8.TokensPerSum"/> tokens at a time.</summary>
    /// <param name="newest">Slot of the newest token; it counts as distance 0.</param>
    /// <param name="q">[query heads, keySize].</param>
    /// <param name="y">[query heads, valueSize].</param>
    /// <param name="scratch"><see cref="KernelScratch.AttentionS8"/> bytes.</param>
    public void AttentionS8(in AttentionRingS8 ring, int tokens, int newest, in AttentionRule rule, ReadOnlySpan<float> q,
        Span<float> y, Span<byte> scratch)
    {
        var queryHeads = q.Length / ring.KeySize;
        RequireAttention(ring.Heads, ring.KeySize, ring.ValueSize, ring.Window, tokens, newest, rule, q, y);
        Require(scratch.Length >= KernelScratch.AttentionS8(queryHeads, ring.KeySize, ring.Window));
        AttentionS8Core(ring, tokens, newest, rule, q, y, scratch);
    }

    /// <summary>As <see cref="AttentionS8"/> in float32: scores (q·k)·scale, weights exp(score - largest),
    /// y = (weights·values)·(1/Σ exp), the products as in <see cref="LinearF32"/>.</summary>
    /// <param name="scratch"><see cref="KernelScratch.AttentionF32"/> bytes.</param>
    public void AttentionF32(in AttentionRingF32 ring, int tokens, int newest, in AttentionRule rule, ReadOnlySpan<float> q,
        Span<float> y, Span<byte> scratch)
    {
        RequireAttention(ring.Heads, ring.KeySize, ring.ValueSize, ring.Window, tokens, newest, rule, q, y);
        Require(scratch.Length >= KernelScratch.AttentionF32(tokens));
        AttentionF32Core(ring, tokens, newest, rule, q, y, scratch);
    }

    /// <summary>y = exp(x - max)·(1/Σ exp(x - max)), with 0 where the exponent is below -87, and everywhere where all of x is hidden:
    /// -infinity; y may be x. An empty vector is left alone.</summary>
    public void Softmax(ReadOnlySpan<float> x, Span<float> y) => Softmax(x, y, Math.Max(x.Length, 1));

    /// <summary>The same of each of several vectors.</summary>
    /// <param name="x">[vectors, count].</param>
    public void Softmax(ReadOnlySpan<float> x, Span<float> y, int count)
    {
        Require(x.Length == y.Length && count >= 1 && x.Length % count == 0);
        var begin = 0;
        for (var at = 0; at < x.Length; at += count)
        {
            if (!IsHidden(x.Slice(at, count)))
                continue;
            if (at > begin)
                SoftmaxCore(x[begin..at], y[begin..at], count);
            y.Slice(at, count).Clear();
            begin = at + count;
        }

        if (begin < x.Length)
            SoftmaxCore(x[begin..], y[begin..], count);
    }

    /// <summary>y = (x - max) - log Σ exp(x - max), the exponentials as in softmax; y may be x. An empty vector is left alone.</summary>
    public void LogSoftmax(ReadOnlySpan<float> x, Span<float> y)
    {
        Require(x.Length == y.Length);
        if (!x.IsEmpty)
            LogSoftmaxCore(x, y);
    }

    /// <summary>y = fma((x - mean)·(1/√(variance + epsilon)), scale, bias) over one vector; y may be x.</summary>
    /// <param name="scale">[x.Length], or empty: 1.</param>
    /// <param name="bias">[x.Length], or empty: 0.</param>
    public void LayerNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, float epsilon, Span<float> y)
    {
        Require(x.Length == y.Length && (scale.IsEmpty || scale.Length == x.Length) && (bias.IsEmpty || bias.Length == x.Length));
        if (!x.IsEmpty)
            LayerNormCore(x, scale, bias, epsilon, y);
    }

    /// <summary>y = (x·(1/√(mean of squares + epsilon)))·scale over one vector; y may be x.</summary>
    /// <param name="scale">[x.Length], or empty: 1.</param>
    public void RmsNorm(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, float epsilon, Span<float> y)
    {
        Require(x.Length == y.Length && (scale.IsEmpty || scale.Length == x.Length));
        if (!x.IsEmpty)
            RmsNormCore(x, scale, epsilon, y);
    }

    /// <summary>Σ x by 16 partial sums (element i to sum i mod 16, in order), then halves added: 8, 4, 2, 1.</summary>
    public abstract float Sum(ReadOnlySpan<float> x);

    /// <summary>Σ x² by 16 fma chains as in <see cref="Sum"/>.</summary>
    public float SumOfSquares(ReadOnlySpan<float> x) => Dot(x, x);

    /// <summary>Σ a·b by 16 fma chains as in <see cref="Sum"/>.</summary>
    public float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Require(a.Length == b.Length);
        return DotCore(a, b);
    }

    /// <summary>The largest element; NaNs are passed over; -∞ for an empty vector.</summary>
    public abstract float Max(ReadOnlySpan<float> x);

    /// <summary>The smallest element; NaNs are passed over; +∞ for an empty vector.</summary>
    public abstract float Min(ReadOnlySpan<float> x);

    /// <summary>y[i] = function(x[i]); y may be x. alpha and beta as <see cref="UnaryFunction"/> says.</summary>
    public void Unary(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y, float alpha = 0f, float beta = 0f)
    {
        Require(x.Length == y.Length);
        UnaryCore(function, x, y, alpha, beta);
    }

    /// <summary>y[i] = function(a[i], b[i]); a or b may have one element, which then stands for all. y may be a or b.</summary>
    public void Binary(BinaryFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y)
    {
        Require((a.Length == 1 || a.Length == y.Length) && (b.Length == 1 || b.Length == y.Length));
        if (!y.IsEmpty)
            BinaryCore(function, a, b, y);
    }

    /// <summary>y[i] = a[i] function b[i] as 1 or 0; a or b may have one element, which then stands for all.</summary>
    public static void Compare(CompareFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<byte> y)
    {
        Require((a.Length == 1 || a.Length == y.Length) && (b.Length == 1 || b.Length == y.Length));
        for (var i = 0; i < y.Length; i++)
            y[i] = Holds(function, a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]) ? (byte)1 : (byte)0;
    }

    /// <summary>y = sigmoid(a + b)·h.</summary>
    protected internal abstract void GruResetCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> h, Span<float> y);

    /// <summary>y = (1 - sigmoid(z))·tanh(n) + sigmoid(z)·h.</summary>
    protected internal abstract void GruMixCore(ReadOnlySpan<float> z, ReadOnlySpan<float> n, ReadOnlySpan<float> h, Span<float> y);

    protected abstract float QuantizeS8Core(ReadOnlySpan<float> x, Span<sbyte> q, float scale);

    protected abstract void GemvS8S32Core(in MatrixS8 matrix, ReadOnlySpan<sbyte> x, Span<int> y, int vectors, Span<byte> scratch);

    protected abstract void LinearS8Core(in MatrixS8 w, ReadOnlySpan<float> x, float xScale, Span<float> y, Span<byte> scratch);

    protected abstract void MultiplyS8Core(in MatrixS8 w, in Patches x, float xScale, bool wide, Span<float> y, Span<byte> scratch);

    protected abstract void MultiplyF32Core(in MatrixF32 w, in Patches x, Span<float> y);

    protected abstract void LstmStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        ReadOnlySpan<float> c, Span<float> hNext, Span<float> cNext, Span<byte> scratch);

    protected abstract void LstmStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        ReadOnlySpan<float> c,
        Span<float> hNext, Span<float> cNext, Span<byte> scratch);

    protected abstract void GruStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        Span<float> hNext, Span<byte> scratch);

    protected abstract void GruStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        Span<byte> scratch);

    protected abstract void RnnStepS8Core(in MatrixS8 w, in MatrixS8 r, ReadOnlySpan<float> x, float xScale, ReadOnlySpan<float> h,
        float hScale,
        Span<float> hNext, Span<byte> scratch);

    protected abstract void RnnStepF32Core(in MatrixF32 w, in MatrixF32 r, ReadOnlySpan<float> x, ReadOnlySpan<float> h, Span<float> hNext,
        Span<byte> scratch);

    protected abstract void AppendS8Core(in AttentionRingS8 ring, int slot, ReadOnlySpan<float> k, ReadOnlySpan<float> v,
        Span<byte> scratch);

    protected abstract void AttentionS8Core(in AttentionRingS8 ring, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch);

    protected abstract void AttentionF32Core(in AttentionRingF32 ring, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, Span<float> y, Span<byte> scratch);

    protected abstract void SoftmaxCore(ReadOnlySpan<float> x, Span<float> y, int count);

    protected abstract void LogSoftmaxCore(ReadOnlySpan<float> x, Span<float> y);

    protected abstract void LayerNormCore(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> bias, float epsilon,
        Span<float> y);

    protected abstract void RmsNormCore(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, float epsilon, Span<float> y);

    protected abstract float DotCore(ReadOnlySpan<float> a, ReadOnlySpan<float> b);

    protected abstract void UnaryCore(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y, float alpha, float beta);

    protected abstract void BinaryCore(BinaryFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y);

    private static bool Holds(CompareFunction function, float a, float b) => function switch
    {
        CompareFunction.Equal => a == b,
        CompareFunction.Less => a < b,
        CompareFunction.LessOrEqual => a <= b,
        CompareFunction.Greater => a > b,
        CompareFunction.GreaterOrEqual => a >= b,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Not a comparison."),
    };

    private static void RequireRecurrent(in MatrixS8 w, in MatrixS8 r, int gates, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        ReadOnlySpan<float> hNext, ReadOnlySpan<byte> scratch) =>
        Require(RecurrentRowsFit(w.Rows, h.Length, gates) && RecurrentRowsFit(r.Rows, h.Length, gates)
            && !w.Scale.IsEmpty && !r.Scale.IsEmpty && w.Columns == x.Length && r.Columns == h.Length && hNext.Length == h.Length
            && scratch.Length >= KernelScratch.RecurrentS8(x.Length, h.Length));

    private static void RequireRecurrent(in MatrixF32 w, in MatrixF32 r, int gates, ReadOnlySpan<float> x, ReadOnlySpan<float> h,
        ReadOnlySpan<float> hNext, ReadOnlySpan<byte> scratch) =>
        Require(RecurrentRowsFit(w.Rows, h.Length, gates) && RecurrentRowsFit(r.Rows, h.Length, gates)
            && w.Columns == x.Length && r.Columns == h.Length && hNext.Length == h.Length
            && scratch.Length >= KernelScratch.RecurrentF32(h.Length));

    /// <summary>A matrix of one gate has plain rows; its tail may be stated with or without the padding.</summary>
    private static bool RecurrentRowsFit(int rows, int hidden, int gates) =>
        rows == PackedLayout.GatedRows(hidden, gates) || (gates == 1 && rows == hidden);

    private static void RequireAttention(int heads, int keySize, int valueSize, int window, int tokens, int newest, in AttentionRule rule,
        ReadOnlySpan<float> q, ReadOnlySpan<float> y)
    {
        var queryHeads = q.Length / keySize;
        Require(queryHeads >= heads && queryHeads % heads == 0 && q.Length == queryHeads * keySize
            && y.Length == (long)queryHeads * valueSize
            && tokens >= 1 && tokens <= window && (uint)newest < (uint)tokens
            && (rule.KeyBias.IsEmpty || rule.KeyBias.Length == tokens)
            && (rule.Kind == AttentionBias.None
            || (rule.BiasStride >= 0 && rule.Bias.Length >= (queryHeads - 1) * (long)rule.BiasStride + tokens)));
    }

    private static bool IsHidden(ReadOnlySpan<float> x) =>
        x[0] == float.NegativeInfinity && !x.ContainsAnyExcept(float.NegativeInfinity);

    /// <summary>Kernels use addresses: a wrong length must never reach them.</summary>
    private static void Require([DoesNotReturnIf(false)] bool fits, [CallerArgumentExpression(nameof(fits))] string rule = "")
    {
        if (!fits)
            ThrowMismatch(rule);
    }

    [DoesNotReturn]
    private static void ThrowMismatch(string rule) => throw new ArgumentException($"The lengths do not fit each other: {rule}.");
}
