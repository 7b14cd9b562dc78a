using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeSeq.Runtime.Kernels;

internal abstract partial class KernelSet
{
    private const int Square = 4;

    /// <summary>y[column·stride + row] = x[row, column] for x [rows, columns]; the rest of y stays. The same code for every set, since
    /// values only move.</summary>
    /// <param name="x">A multiple of <paramref name="rows"/> elements.</param>
    /// <param name="y">From the first element written to the last or beyond, apart from x.</param>
    /// <param name="stride">At least <paramref name="rows"/>.</param>
    public static void Transpose(ReadOnlySpan<float> x, int rows, Span<float> y, int stride)
    {
        Require(rows > 0 && x.Length % rows == 0);
        Transpose(x, rows, x.Length / rows, x.Length / rows, y, stride);
    }

    /// <summary>The same of rows that lie apart.</summary>
    /// <param name="x">From the first element of the first row to the last of the last or beyond.</param>
    /// <param name="columns">Of x.</param>
    /// <param name="rowStride">Elements from row to row, at least <paramref name="columns"/>.</param>
    public static unsafe void Transpose(ReadOnlySpan<float> x, int rows, int columns, int rowStride, Span<float> y, int stride)
    {
        Require(rows > 0 && columns > 0 && rowStride >= columns && stride >= rows && x.Length >= (rows - 1L) * rowStride + columns
            && y.Length >= (columns - 1L) * stride + rows);
        if (rows == 1 && stride == 1)
        {
            x[..columns].CopyTo(y);
            return;
        }

        fixed (float* source = x, target = y)
        {
            nint row = 0;
            for (; row <= rows - Square; row += Square)
            {
                nint column = 0;
                for (; column <= columns - Square; column += Square)
                    TransposeSquare(source + row * rowStride + column, rowStride, target + column * stride + row, stride);
                Move(source, row, row + Square, rowStride, column, columns, target, stride);
            }

            if (row <= rows - 2)
            {
                nint column = 0;
                for (; column <= columns - Square; column += Square)
                    TransposePair(source + row * rowStride + column, rowStride, target + column * stride + row, stride);
                Move(source, row, row + 2, rowStride, column, columns, target, stride);
                row += 2;
            }

            Move(source, row, rows, rowStride, 0, columns, target, stride);
        }
    }

    private static unsafe void Move(float* x, nint firstRow, nint rows, nint rowStride, nint firstColumn, nint columns, float* y,
        nint stride)
    {
        for (var row = firstRow; row < rows; row++)
        {
            for (var column = firstColumn; column < columns; column++)
                y[column * stride + row] = x[row * rowStride + column];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void TransposeSquare(float* x, nint rowStride, float* y, nint stride)
    {
        var a = Vector128.Load(x);
        var b = Vector128.Load(x + rowStride);
        var c = Vector128.Load(x + 2 * rowStride);
        var d = Vector128.Load(x + 3 * rowStride);
        // Rows a and c, and b and d, element by element; then those two in the same way.
        var (acLow, acHigh) = Interleave(a, c);
        var (bdLow, bdHigh) = Interleave(b, d);
        (a, b) = Interleave(acLow, bdLow);
        (c, d) = Interleave(acHigh, bdHigh);
        a.Store(y);
        b.Store(y + stride);
        c.Store(y + 2 * stride);
        d.Store(y + 3 * stride);
    }

    /// <summary>Two rows, four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void TransposePair(float* x, nint rowStride, float* y, nint stride)
    {
        var (low, high) = Interleave(Vector128.Load(x), Vector128.Load(x + rowStride));
        low.GetLower().Store(y);
        low.GetUpper().Store(y + stride);
        high.GetLower().Store(y + 2 * stride);
        high.GetUpper().Store(y + 3 * stride);
    }

    /// <summary>a0 b0 a1 b1, and a2 b2 a3 b3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Low, Vector128<float> High) Interleave(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
            return (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
        if (AdvSimd.Arm64.IsSupported)
            return (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b));
        return (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
    }
}
