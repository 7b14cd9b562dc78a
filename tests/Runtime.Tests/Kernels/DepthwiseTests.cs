using EdgeSeq.KernelSweep;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.Runtime.Tests.Kernels;

public class DepthwiseTests
{
    private static readonly ReferenceKernels Reference = new();

    [Fact]
    public void A_row_has_the_bits_of_a_product_of_one_row()
    {
        const int Rows = 37;
        const int Taps = 11;
        var data = new KernelData(5);
        var weights = data.Bytes(Rows * Taps, -128);
        var packed = new sbyte[PackedLayout.LengthS8(Rows, Taps)];
        PackedLayout.PackS8(weights, Rows, Taps, packed);
        var scale = data.Positive(PackedLayout.PadRows(Rows), 0.01f);
        var bias = data.Floats(PackedLayout.PadRows(Rows));
        var x = data.FloatsWithExtremes(Rows * Taps);
        var y = new float[Rows];
        var scratch = new byte[KernelScratch.LinearS8(Taps)];
        foreach (var xScale in (float[])[0f, 0.02f])
        {
            var patches = new Patches(x, [0], Starts(Taps, Rows), Rows);
            Reference.DepthwiseS8(new MatrixS8(packed, scale, bias, Rows, Taps), patches, xScale, false, y);
            for (var row = 0; row < Rows; row++)
            {
                var window = Enumerable.Range(0, Taps).Select(tap => x[tap * Rows + row]).ToArray();
                var one = new sbyte[PackedLayout.LengthS8(1, Taps)];
                PackedLayout.PackS8(weights.AsSpan(row * Taps, Taps), 1, Taps, one);
                var expected = new float[1];
                Reference.LinearS8(new MatrixS8(one, Padded(scale[row]), Padded(bias[row]), 1, Taps), window, xScale, expected, 1, scratch);
                Bits.AssertEqual(expected, y.AsSpan(row, 1), $"row {row}");
            }
        }
    }

    private static int[] Starts(int taps, int rows) => [.. Enumerable.Range(0, taps).Select(tap => tap * rows)];

    private static float[] Padded(float value)
    {
        var padded = new float[PackedLayout.TileRows];
        padded[0] = value;
        return padded;
    }
}
