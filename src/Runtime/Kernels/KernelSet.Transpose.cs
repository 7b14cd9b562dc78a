using System.Runtime.Intrinsics;

namespace EdgeSeq.Runtime.Kernels;

internal abstract partial class KernelSet
{
    private const int RowsAtOnce = 4;

    /// <summary>y[column·stride + row] = x[row, column] for x [rows, columns]; the rest of y stays. The same code for every set, since
    /// values only move.</summary>
    /// <param name="x">A multiple of <paramref name="rows"/> elements.</param>
    /// <param name="y">From the first element written to the last or beyond, apart from x.</param>
    /// <param name="stride">At least <paramref name="rows"/>.</param>
    public static unsafe void Transpose(ReadOnlySpan<float> x, int rows, Span<float> y, int stride)
    {
        var columns = x.Length / rows;
        Require(x.Length == rows * columns && stride >= rows && y.Length >= (((long)columns - 1) * stride) + rows);
        if (stride == 1 || columns == 1)
        {
            x.CopyTo(y);
            return;
        }

        fixed (float* source = x, target = y)
        {
            nint row = 0;
            for (; row <= rows - RowsAtOnce; row += RowsAtOnce)
                TransposeRows(source + (row * columns), columns, target + row, stride);
            for (; row < rows; row++)
            {
                for (nint column = 0; column < columns; column++)
                    target[(column * stride) + row] = source[(row * columns) + column];
            }
        }
    }

    /// <summary>One register for each column: an element of each of four rows.</summary>
    private static unsafe void TransposeRows(float* a, nint columns, float* y, nint stride)
    {
        var b = a + columns;
        var c = b + columns;
        var d = c + columns;
        for (nint column = 0; column < columns; column++, y += stride)
            Vector128.Create(a[column], b[column], c[column], d[column]).Store(y);
    }
}
