using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Arithmetic of whole numbers; it wraps around, and division by zero gives zero.</summary>
internal sealed class BinaryI64 : BroadcastOp<long, long>
{
    private readonly BinaryFunction _function;

    public BinaryI64(OpReader reader, BinaryFunction function)
        : base(reader)
    {
        _function = function != BinaryFunction.PRelu ? function : throw reader.Error("PRelu needs F32");
    }

    protected override void Run(ReadOnlySpan<long> a, ReadOnlySpan<long> b, Span<long> y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] = Apply(a[i], b[i]);
    }

    private long Apply(long a, long b) => _function switch
    {
        BinaryFunction.Add => a + b,
        BinaryFunction.Sub => a - b,
        BinaryFunction.Mul => a * b,
        BinaryFunction.Div => Quotient(a, b),
        BinaryFunction.Min => Math.Min(a, b),
        BinaryFunction.Max => Math.Max(a, b),
        BinaryFunction.Mod => Floored(Remainder(a, b), b),
        BinaryFunction.FMod => Remainder(a, b),
        _ => Power(a, b),
    };

    // The smallest number divided by -1 overflows, which the processor reports as an error.
    private static long Quotient(long a, long b) => b switch
    {
        0 => 0,
        -1 => -a,
        _ => a / b,
    };

    private static long Remainder(long a, long b) => b is 0 or -1 ? 0 : a % b;

    private static long Floored(long remainder, long divisor) =>
        remainder != 0 && (remainder < 0) != (divisor < 0) ? remainder + divisor : remainder;

    private static long Power(long value, long exponent)
    {
        if (exponent < 0)
            return value is 1 or -1 ? Power(value, exponent & 1) : 0;
        long power = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
                power *= value;
            value *= value;
        }

        return power;
    }
}
