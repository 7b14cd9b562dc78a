using System.Runtime.CompilerServices;
using EdgeSeq.Runtime.Kernels.Numerics;

namespace EdgeSeq.Runtime.Kernels.Vector;

internal sealed unsafe partial class VectorKernels<TLanes, TDot>
{
    private readonly struct Elements(float* x) : ITerms<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Add(nint at, TLanes sum) => sum + TLanes.Load(x + at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes AddFirst(nint at, nint count, TLanes sum) => sum + TLanes.LoadFirst(x + at, count, TLanes.Zero);
    }

    private readonly struct Products(float* a, float* b) : ITerms<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Add(nint at, TLanes sum) => TLanes.Fma(TLanes.Load(a + at), TLanes.Load(b + at), sum);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes AddFirst(nint at, nint count, TLanes sum) =>
            TLanes.Fma(TLanes.LoadFirst(a + at, count, TLanes.Zero), TLanes.LoadFirst(b + at, count, TLanes.Zero), sum);
    }

    /// <summary>Writes y = x - mean and adds its squares; y may be x.</summary>
    private readonly struct SquaresOfCentred(float* x, float mean, float* y) : ITerms<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Add(nint at, TLanes sum)
        {
            var centred = TLanes.Load(x + at) - TLanes.Create(mean);
            TLanes.Store(centred, y + at);
            return TLanes.Fma(centred, centred, sum);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes AddFirst(nint at, nint count, TLanes sum)
        {
            var means = TLanes.Create(mean);
            var centred = TLanes.LoadFirst(x + at, count, means) - means;
            TLanes.StoreFirst(centred, y + at, count);
            return TLanes.Fma(centred, centred, sum);
        }
    }

    /// <summary>Writes y = exp(x - largest) and adds it; y may be x.</summary>
    private readonly struct SoftmaxTerms(float* x, float largest, float* y) : ITerms<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Add(nint at, TLanes sum)
        {
            var exponential = ElementMath.SoftmaxExp(TLanes.Load(x + at) - TLanes.Create(largest));
            TLanes.Store(exponential, y + at);
            return sum + exponential;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes AddFirst(nint at, nint count, TLanes sum)
        {
            var exponential =
                ElementMath.SoftmaxExp(TLanes.LoadFirst(x + at, count, TLanes.Create(float.NegativeInfinity)) - TLanes.Create(largest));
            TLanes.StoreFirst(exponential, y + at, count);
            return sum + exponential;
        }
    }

    /// <summary>Adds exp(x).</summary>
    private readonly struct LogSoftmaxTerms(float* x) : ITerms<TLanes>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes Add(nint at, TLanes sum) => sum + ElementMath.SoftmaxExp(TLanes.Load(x + at));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLanes AddFirst(nint at, nint count, TLanes sum) =>
            sum + ElementMath.SoftmaxExp(TLanes.LoadFirst(x + at, count, TLanes.Create(float.NegativeInfinity)));
    }
}
