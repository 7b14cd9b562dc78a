using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>Elementwise functions over spans, sixteen lanes or one: the lane type decides the speed, never the bits.</summary>
internal static unsafe partial class Elementwise<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private interface IUnaryFunction
    {
        static abstract T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>;
    }

    /// <summary>y[i] = function(x[i]); y may be x.</summary>
    public static void Unary(UnaryFunction function, ReadOnlySpan<float> x, Span<float> y, float alpha, float beta)
    {
        switch (function)
        {
            case UnaryFunction.Abs: Map<Abs>(x, y, alpha, beta); break;
            case UnaryFunction.Neg: Map<Neg>(x, y, alpha, beta); break;
            case UnaryFunction.Sign: Map<Sign>(x, y, alpha, beta); break;
            case UnaryFunction.Relu: Map<Relu>(x, y, alpha, beta); break;
            case UnaryFunction.LeakyRelu: Map<LeakyRelu>(x, y, alpha, beta); break;
            case UnaryFunction.Elu: Map<Elu>(x, y, alpha, beta); break;
            case UnaryFunction.Selu: Map<Selu>(x, y, alpha, beta); break;
            case UnaryFunction.Celu: Map<Celu>(x, y, alpha, beta); break;
            case UnaryFunction.ThresholdedRelu: Map<ThresholdedRelu>(x, y, alpha, beta); break;
            case UnaryFunction.HardSigmoid: Map<HardSigmoid>(x, y, alpha, beta); break;
            case UnaryFunction.HardSwish: Map<HardSwish>(x, y, alpha, beta); break;
            case UnaryFunction.Sigmoid: Map<Sigmoid>(x, y, alpha, beta); break;
            case UnaryFunction.Swish: Map<Swish>(x, y, alpha, beta); break;
            case UnaryFunction.Tanh: Map<Tanh>(x, y, alpha, beta); break;
            case UnaryFunction.Softplus: Map<Softplus>(x, y, alpha, beta); break;
            case UnaryFunction.Softsign: Map<Softsign>(x, y, alpha, beta); break;
            case UnaryFunction.Gelu: Map<Gelu>(x, y, alpha, beta); break;
            case UnaryFunction.GeluTanh: Map<GeluTanh>(x, y, alpha, beta); break;
            case UnaryFunction.Mish: Map<Mish>(x, y, alpha, beta); break;
            case UnaryFunction.Exp: Map<Exp>(x, y, alpha, beta); break;
            case UnaryFunction.Log: Map<Log>(x, y, alpha, beta); break;
            case UnaryFunction.Sqrt: Map<Sqrt>(x, y, alpha, beta); break;
            case UnaryFunction.Reciprocal: Map<Reciprocal>(x, y, alpha, beta); break;
            case UnaryFunction.Erf: Map<Erf>(x, y, alpha, beta); break;
            case UnaryFunction.Floor: Map<Floor>(x, y, alpha, beta); break;
            case UnaryFunction.Ceil: Map<Ceil>(x, y, alpha, beta); break;
            case UnaryFunction.Round: Map<Round>(x, y, alpha, beta); break;
            case UnaryFunction.Clip: Map<Clip>(x, y, alpha, beta); break;
            case UnaryFunction.Shrink: Map<Shrink>(x, y, alpha, beta); break;
            case UnaryFunction.Sin: Map(&PreciseMath.Sin, x, y); break;
            case UnaryFunction.Cos: Map(&PreciseMath.Cos, x, y); break;
            case UnaryFunction.Tan: Map(&PreciseMath.Tan, x, y); break;
            case UnaryFunction.Asin: Map(&PreciseMath.Asin, x, y); break;
            case UnaryFunction.Acos: Map(&PreciseMath.Acos, x, y); break;
            case UnaryFunction.Atan: Map(&PreciseMath.Atan, x, y); break;
            case UnaryFunction.Sinh: Map(&PreciseMath.Sinh, x, y); break;
            case UnaryFunction.Cosh: Map(&PreciseMath.Cosh, x, y); break;
            case UnaryFunction.Asinh: Map(&PreciseMath.Asinh, x, y); break;
            case UnaryFunction.Acosh: Map(&PreciseMath.Acosh, x, y); break;
            case UnaryFunction.Atanh: Map(&PreciseMath.Atanh, x, y); break;
            default: throw new ArgumentOutOfRangeException(nameof(function), function, "Not an elementwise function of one operand.");
        }
    }

    private static void Map<TFunction>(ReadOnlySpan<float> x, Span<float> y, float alpha, float beta)
        where TFunction : struct, IUnaryFunction
    {
        var alphas = TLanes.Create(alpha);
        var betas = TLanes.Create(beta);
        fixed (float* xs = x, ys = y)
        {
            nint i = 0;
            for (; i <= x.Length - TLanes.Count; i += TLanes.Count)
                TLanes.Store(TFunction.Invoke(TLanes.Load(xs + i), alphas, betas), ys + i);
            if (i < x.Length)
            {
                TLanes.StoreFirst(TFunction.Invoke(TLanes.LoadFirst(xs + i, x.Length - i, TLanes.Zero), alphas, betas), ys + i,
                    x.Length - i);
            }
        }
    }

    private static void Map(delegate*<float, float> function, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++)
            y[i] = function(x[i]);
    }

    /// <summary>max(0, min(1, x)); a NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Unit<T>(T x)
        where T : struct, ILanes<T>
        => T.Select(T.Less(x, T.Zero), T.Zero, T.Select(T.Less(T.Create(1f), x), T.Create(1f), x));

    private readonly struct Abs : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Abs(x);
    }

    private readonly struct Neg : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Negate(x);
    }

    private readonly struct Sign : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(T.Zero, x), T.Create(1f), T.Select(T.Less(x, T.Zero), T.Create(-1f), x));
    }

    private readonly struct Relu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.LessOrEqual(x, T.Zero), T.Zero, x);
    }

    private readonly struct LeakyRelu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(x, T.Zero), alpha * x, x);
    }

    private readonly struct Elu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(x, T.Zero), alpha * (ElementMath.Exp(x) - T.Create(1f)), x);
    }

    private readonly struct Selu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => beta * T.Select(T.LessOrEqual(x, T.Zero), alpha * (ElementMath.Exp(x) - T.Create(1f)), x);
    }

    private readonly struct Celu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(x, T.Zero), alpha * (ElementMath.Exp(x / alpha) - T.Create(1f)), x);
    }

    private readonly struct ThresholdedRelu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(alpha, x), x, T.Zero);
    }

    private readonly struct HardSigmoid : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => Unit(T.Fma(alpha, x, beta));
    }

    private readonly struct HardSwish : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => x * Unit(T.Fma(T.Create(1f / 6f), x, T.Create(0.5f)));
    }

    private readonly struct Sigmoid : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => ElementMath.Sigmoid(x);
    }

    private readonly struct Swish : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => x * ElementMath.Sigmoid(alpha * x);
    }

    private readonly struct Tanh : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => ElementMath.Tanh(x);
    }

    private readonly struct Softplus : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(T.Zero, x), x, T.Zero) + ElementMath.Log(T.Create(1f) + ElementMath.Exp(T.Negate(T.Abs(x))));
    }

    private readonly struct Softsign : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => x / (T.Create(1f) + T.Abs(x));
    }

    private readonly struct Gelu : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Create(0.5f) * x * (T.Create(1f) + ElementMath.Erf(x * T.Create(0.70710678f)));
    }

    private readonly struct GeluTanh : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Create(0.5f) * x * (T.Create(1f) + ElementMath.Tanh(T.Create(0.79788456f) * T.Fma(T.Create(0.044715f) * x, x * x, x)));
    }

    private readonly struct Mish : IUnaryFunction
    {
        // tanh(log(1 + e)) = (e² + 2e)/(e² + 2e + 2); beyond 20 the ratio is 1.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
        {
            var e = ElementMath.Exp(T.Select(T.Less(T.Create(20f), x), T.Create(20f), x));
            var n = T.Fma(e, e, e + e);
            return x * (n / (n + T.Create(2f)));
        }
    }

    private readonly struct Exp : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => ElementMath.Exp(x);
    }

    private readonly struct Log : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => ElementMath.Log(x);
    }

    private readonly struct Sqrt : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Sqrt(x);
    }

    private readonly struct Reciprocal : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Create(1f) / x;
    }

    private readonly struct Erf : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => ElementMath.Erf(x);
    }

    private readonly struct Floor : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Floor(x);
    }

    private readonly struct Ceil : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Ceiling(x);
    }

    private readonly struct Round : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Round(x);
    }

    private readonly struct Clip : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(x, alpha), alpha, T.Select(T.Less(beta, x), beta, x));
    }

    private readonly struct Shrink : IUnaryFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Invoke<T>(T x, T alpha, T beta)
            where T : struct, ILanes<T>
            => T.Select(T.Less(x, T.Negate(alpha)), x + beta, T.Select(T.Less(alpha, x), x - beta, T.Select(T.Equal(x, x), T.Zero, x)));
    }
}
