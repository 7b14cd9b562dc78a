using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Numerics;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.KernelSweep;

/// <summary>The reference's elementary functions against double precision.</summary>
internal static class AccuracyChecks
{
    private const string Subject = "accuracy";

    /// <summary>Largest error allowed where results are of order 1.</summary>
    private const double Absolute = 3e-7;

    /// <summary>Of float: 1 ulp and the half that rounding the expected value costs.</summary>
    private const double Relative = 1.8e-7;

    private static readonly ReferenceKernels Reference = new();

    private static readonly UnaryFunction[] BoundedFunctions =
        [UnaryFunction.Sigmoid, UnaryFunction.Tanh, UnaryFunction.Erf, UnaryFunction.Softsign];

    private static readonly (UnaryFunction Function, float Low, float High)[] UnboundedFunctions =
    [
        (UnaryFunction.Exp, -87f, 88f),
        (UnaryFunction.Log, 1e-30f, 1e30f),
        (UnaryFunction.Sin, -3e38f, 3e38f),
        (UnaryFunction.Cos, -3e38f, 3e38f),
        (UnaryFunction.Tan, -3e38f, 3e38f),
        (UnaryFunction.Asin, -1f, 1f),
        (UnaryFunction.Acos, -1f, 1f),
        (UnaryFunction.Atan, -3e38f, 3e38f),
        (UnaryFunction.Sinh, -80f, 80f),
        (UnaryFunction.Cosh, -80f, 80f),
        (UnaryFunction.Asinh, -3e38f, 3e38f),
        (UnaryFunction.Acosh, 1f, 3e38f),
        (UnaryFunction.Atanh, -0.9999f, 0.9999f),
    ];

    private static readonly (float X, float Y)[] Powers =
    [
        (0f, 3f), (-2f, 3f), (-2f, 4f), (-2f, 0.5f), (2f, 0.5f), (2f, -149f), (2f, 127.5f), (2f, 200f),
        (0.3f, float.PositiveInfinity), (float.NegativeInfinity, 3f), (float.NaN, 0f), (1f, float.NaN), (-0f, -3f),
    ];

    public static IReadOnlyList<Check> All =>
    [
        Check.Of(Subject, Bounded_functions_stay_within_the_absolute_error),
        Check.Of(Subject, Unbounded_functions_stay_within_an_ulp),
        Check.Of(Subject, Gates_of_float32_steps_stay_within_their_stated_error),
        Check.Of(Subject, Gates_of_int8_steps_stay_within_their_stated_error),
        Check.Of(Subject, Pow_follows_ieee_754),
    ];

    private static void Bounded_functions_stay_within_the_absolute_error()
    {
        foreach (var function in BoundedFunctions)
            Compare(function, Sweep(-30, 30, 200_001), _ => Absolute);
    }

    private static void Unbounded_functions_stay_within_an_ulp()
    {
        foreach (var (function, low, high) in UnboundedFunctions)
            Compare(function, [.. Sweep(low, high, 50_001), .. Magnitudes(low, high)], expected => Math.Abs(expected) * Relative + 1e-38);
    }

    private static void Gates_of_float32_steps_stay_within_their_stated_error() =>
        CompareGates<FineTanh>(tanh: 3e-7, sigmoid: 2.5e-7);

    private static void Gates_of_int8_steps_stay_within_their_stated_error() =>
        CompareGates<CoarseTanh>(tanh: 1.5e-6, sigmoid: 8e-7);

    private static void Pow_follows_ieee_754()
    {
        foreach (var (x, y) in Powers)
        {
            var result = new float[1];
            Reference.Binary(BinaryFunction.Pow, [x], [y], result);
            var expected = Math.Pow(x, y);
            var tolerance = Math.Abs(expected) < 1e30 ? Math.Abs(expected) * Relative : 0;
            // Equals: also infinities and NaN.
            if (!result[0].Equals((float)expected) && !(Math.Abs(result[0] - (float)expected) <= tolerance))
                throw new DifferenceException($"Pow({x:R}, {y:R}) = {result[0]:R}, not {expected:R}");
        }
    }

    private static void Compare(UnaryFunction function, float[] x, Func<double, double> allowed)
    {
        var y = new float[x.Length];
        Reference.Unary(function, x, y);
        for (var i = 0; i < x.Length; i++)
        {
            var expected = Expected(function, x[i]);
            if (!(Math.Abs(y[i] - expected) <= allowed(expected)))
                throw new DifferenceException($"{function}({x[i]:R}) = {y[i]:R}, not {expected:R}");
        }
    }

    private static void CompareGates<TTanh>(double tanh, double sigmoid)
        where TTanh : struct, ITanhRational
    {
        var tanhError = 0.0;
        var sigmoidError = 0.0;
        foreach (var x in Sweep(-30, 30, 400_001))
        {
            tanhError = Math.Max(tanhError, Math.Abs(GateMath<TTanh>.Tanh(new Lanes1(x)).Value - Math.Tanh(x)));
            sigmoidError = Math.Max(sigmoidError, Math.Abs(GateMath<TTanh>.Sigmoid(new Lanes1(x)).Value - 1 / (1 + Math.Exp(-(double)x))));
        }

        if (!(tanhError <= tanh && sigmoidError <= sigmoid))
            throw new DifferenceException($"errors of tanh {tanhError} and sigmoid {sigmoidError}, stated {tanh} and {sigmoid}");
    }

    private static float[] Sweep(float low, float high, int count)
    {
        var x = new float[count];
        for (var i = 0; i < count; i++)
            x[i] = (float)(low + ((double)high - low) * i / (count - 1));
        return x;
    }

    private static IEnumerable<float> Magnitudes(float low, float high)
    {
        for (var exponent = -126; exponent <= 127; exponent++)
        {
            for (var step = 0; step < 64; step++)
            {
                var value = MathF.ScaleB(1 + step / 64f, exponent);
                if (value >= low && value <= high)
                    yield return value;
                if (-value >= low && -value <= high)
                    yield return -value;
            }
        }
    }

    private static double Expected(UnaryFunction function, double x) => function switch
    {
        UnaryFunction.Sigmoid => 1 / (1 + Math.Exp(-x)),
        UnaryFunction.Tanh => Math.Tanh(x),
        UnaryFunction.Erf => Erf(x),
        UnaryFunction.Softsign => x / (1 + Math.Abs(x)),
        UnaryFunction.Exp => Math.Exp(x),
        UnaryFunction.Log => Math.Log(x),
        UnaryFunction.Sin => Math.Sin(x),
        UnaryFunction.Cos => Math.Cos(x),
        UnaryFunction.Tan => Math.Tan(x),
        UnaryFunction.Asin => Math.Asin(x),
        UnaryFunction.Acos => Math.Acos(x),
        UnaryFunction.Atan => Math.Atan(x),
        UnaryFunction.Sinh => Math.Sinh(x),
        UnaryFunction.Cosh => Math.Cosh(x),
        UnaryFunction.Asinh => Math.Asinh(x),
        UnaryFunction.Acosh => Math.Acosh(x),
        UnaryFunction.Atanh => Math.Atanh(x),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>Series below 3, continued fraction of the complement above.</summary>
    private static double Erf(double x)
    {
        var a = Math.Abs(x);
        double y;
        if (a < 3)
        {
            double term = a, sum = a;
            for (var n = 1; n < 80; n++)
            {
                term *= -a * a / n;
                sum += term / (2 * n + 1);
            }

            y = 2 / Math.Sqrt(Math.PI) * sum;
        }
        else
        {
            var fraction = 0.0;
            for (var n = 60; n >= 1; n--)
                fraction = n / 2.0 / (a + fraction);
            y = 1 - Math.Exp(-a * a) / Math.Sqrt(Math.PI) / (a + fraction);
        }

        return x < 0 ? -y : y;
    }
}
