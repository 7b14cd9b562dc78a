using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Numerics;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>The reference's elementary functions against double precision.</summary>
public class UnaryAccuracyTests
{
    private static readonly ReferenceKernels Reference = new();

    /// <summary>Largest error allowed where results are of order 1.</summary>
    private const double Absolute = 3e-7;

    /// <summary>Of float: 1 ulp and the half that rounding the expected value costs.</summary>
    private const double Relative = 1.8e-7;

    [Theory]
    [InlineData(nameof(UnaryFunction.Sigmoid))]
    [InlineData(nameof(UnaryFunction.Tanh))]
    [InlineData(nameof(UnaryFunction.Erf))]
    [InlineData(nameof(UnaryFunction.Softsign))]
    public void Bounded_functions_stay_within_the_absolute_error(string name)
    {
        var function = Enum.Parse<UnaryFunction>(name);
        var x = Sweep(-30, 30, 200_001);
        var y = Apply(function, x);
        for (var i = 0; i < x.Length; i++)
            Assert.True(Math.Abs(y[i] - Expected(function, x[i])) <= Absolute, $"{name}({x[i]:R}) = {y[i]:R}");
    }

    [Theory]
    [InlineData(nameof(UnaryFunction.Exp), -87f, 88f)]
    [InlineData(nameof(UnaryFunction.Log), 1e-30f, 1e30f)]
    [InlineData(nameof(UnaryFunction.Sin), -3e38f, 3e38f)]
    [InlineData(nameof(UnaryFunction.Cos), -3e38f, 3e38f)]
    [InlineData(nameof(UnaryFunction.Tan), -3e38f, 3e38f)]
    [InlineData(nameof(UnaryFunction.Asin), -1f, 1f)]
    [InlineData(nameof(UnaryFunction.Acos), -1f, 1f)]
    [InlineData(nameof(UnaryFunction.Atan), -3e38f, 3e38f)]
    [InlineData(nameof(UnaryFunction.Sinh), -80f, 80f)]
    [InlineData(nameof(UnaryFunction.Cosh), -80f, 80f)]
    [InlineData(nameof(UnaryFunction.Asinh), -3e38f, 3e38f)]
    [InlineData(nameof(UnaryFunction.Acosh), 1f, 3e38f)]
    [InlineData(nameof(UnaryFunction.Atanh), -0.9999f, 0.9999f)]
    public void Unbounded_functions_stay_within_an_ulp(string name, float low, float high)
    {
        var function = Enum.Parse<UnaryFunction>(name);
        var x = (float[])[.. Sweep(low, high, 50_001), .. Magnitudes(low, high)];
        var y = Apply(function, x);
        for (var i = 0; i < x.Length; i++)
        {
            var expected = Expected(function, x[i]);
            Assert.True(Math.Abs(y[i] - expected) <= Math.Abs(expected) * Relative + 1e-38, $"{name}({x[i]:R}) = {y[i]:R}, not {expected:R}");
        }
    }

    [Fact]
    public void Gates_of_float32_steps_stay_within_their_stated_error() =>
        AssertGates<FineTanh>(tanh: 3e-7, sigmoid: 2.5e-7);

    [Fact]
    public void Gates_of_int8_steps_stay_within_their_stated_error() =>
        AssertGates<CoarseTanh>(tanh: 1.5e-6, sigmoid: 8e-7);

    [Theory]
    [InlineData(0f, 3f)]
    [InlineData(-2f, 3f)]
    [InlineData(-2f, 4f)]
    [InlineData(-2f, 0.5f)]
    [InlineData(2f, 0.5f)]
    [InlineData(2f, -149f)]
    [InlineData(2f, 127.5f)]
    [InlineData(2f, 200f)]
    [InlineData(0.3f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, 3f)]
    [InlineData(float.NaN, 0f)]
    [InlineData(1f, float.NaN)]
    [InlineData(-0f, -3f)]
    public void Pow_follows_ieee_754(float x, float y)
    {
        var result = new float[1];
        Reference.Binary(BinaryFunction.Pow, [x], [y], result);
        var expected = Math.Pow(x, y);
        Assert.Equal((float)expected, result[0], Math.Abs(expected) < 1e30 ? Math.Abs(expected) * Relative : 0);
    }

    private static void AssertGates<TTanh>(double tanh, double sigmoid)
        where TTanh : struct, ITanhRational
    {
        var tanhError = 0.0;
        var sigmoidError = 0.0;
        foreach (var x in Sweep(-30, 30, 400_001))
        {
            tanhError = Math.Max(tanhError, Math.Abs(GateMath<TTanh>.Tanh(new Lanes1(x)).Value - Math.Tanh(x)));
            sigmoidError = Math.Max(sigmoidError, Math.Abs(GateMath<TTanh>.Sigmoid(new Lanes1(x)).Value - 1 / (1 + Math.Exp(-(double)x))));
        }

        Assert.InRange(tanhError, 0, tanh);
        Assert.InRange(sigmoidError, 0, sigmoid);
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
            for (var step = 0; step < 64; step++)
            {
                var value = MathF.ScaleB(1 + step / 64f, exponent);
                if (value >= low && value <= high)
                    yield return value;
                if (-value >= low && -value <= high)
                    yield return -value;
            }
    }

    private static float[] Apply(UnaryFunction function, float[] x)
    {
        var y = new float[x.Length];
        Reference.Unary(function, x, y);
        return y;
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
