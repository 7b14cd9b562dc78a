using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels.Numerics;

/// <summary>The constants of a rational in memory, each in sixteen copies: a row. Four registers side by side each load their own copy of
/// an addend that the multiply-add overwrites; the compiler would load one and move it, just before the use.</summary>
internal static unsafe class RationalRows<TRational>
    where TRational : struct, IOddRational
{
    private const int RowLength = 16;

    /// <summary>The lowest x, the highest, then the coefficients of P and Q in turns.</summary>
    public static readonly float* Whole = Rows(1f);

    /// <summary>For f(x/2).</summary>
    public static readonly float* Half = Rows(0.5f);

    private static float* Rows(float factor)
    {
        var coefficients = TRational.Coefficients;
        var degree = coefficients.Length / 2 - 1;
        var rows = (float*)NativeMemory.AlignedAlloc((nuint)((2 + coefficients.Length) * RowLength * sizeof(float)),
            RowLength * sizeof(float));
        Fill(rows, 0, -TRational.Bound / factor);
        Fill(rows, 1, TRational.Bound / factor);
        var power = 1f;
        for (var k = 0; k <= degree; k++, power *= factor * factor)
        {
            Fill(rows, 2 + 2 * (degree - k), coefficients[degree - k] * power * factor);
            Fill(rows, 3 + 2 * (degree - k), coefficients[1 + 2 * degree - k] * power);
        }

        return rows;
    }

    private static void Fill(float* rows, int row, float value) => new Span<float>(rows + row * RowLength, RowLength).Fill(value);
}
