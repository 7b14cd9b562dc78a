using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.Runtime.Tests.Kernels;

/// <summary>Depthwise kernels against the reference, and the reference against the product of one row.</summary>
public class DepthwiseTests
{
    private const int Lengths = 258;

    private static readonly ReferenceKernels Reference = new();

    public static TheoryData<string> Sets => KernelSetTests.Sets;

    [Theory, MemberData(nameof(Sets))]
    public void Lengths_and_extremes(string name)
    {
        var set = KernelSet.Choose(name);
        for (var length = 1; length < Lengths; length++)
        {
            // Lengths vary as rows, then as taps.
            Compare(set, length, 1 + length * 7 % 19);
            Compare(set, 1 + length * 5 % 40, length);
        }
    }

    [Theory, MemberData(nameof(Sets))]
    public void Most_taps_with_the_largest_products(string name)
    {
        var set = KernelSet.Choose(name);
        const int Rows = 20;
        const int Taps = KernelSet.MostDepthwiseTaps;
        var weights = new sbyte[Rows * Taps];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = i / Taps % 2 == 0 ? (sbyte)-128 : (sbyte)127;
        var packed = new sbyte[PackedLayout.LengthS8(Rows, Taps)];
        PackedLayout.PackS8(weights, Rows, Taps, packed);
        var w = new MatrixS8(packed, Enumerable.Repeat(1f, PackedLayout.PadRows(Rows)).ToArray(), default, Rows, Taps);
        var y = new float[Rows];
        set.DepthwiseS8(w, Enumerable.Repeat(127f, Rows).ToArray(), new int[Taps], 1f, false, y);
        Assert.Equal(Enumerable.Range(0, Rows).Select(row => (row % 2 == 0 ? -128f : 127f) * 127 * Taps), y);
    }

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
            Reference.DepthwiseS8(new MatrixS8(packed, scale, bias, Rows, Taps), x, Starts(Taps, Rows), xScale, false, y);
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

    private static void Compare(KernelSet set, int rows, int taps)
    {
        using var memory = new GuardedMemory();
        var data = new KernelData(rows * 1000 + taps);
        var scale = memory.Copy<float>(data.Positive(PackedLayout.PadRows(rows), 0.01f));
        var bias = rows % 2 == 0 ? default : memory.Copy<float>(data.Floats(PackedLayout.PadRows(rows)));
        var s8 = new MatrixS8(memory.Copy<sbyte>(data.PackedS8(rows, taps)), scale, bias, rows, taps);
        var f32 = new MatrixF32(memory.Copy<float>(data.PackedF32(rows, taps)), bias, rows, taps);
        // The last tap ends at the guard; the others start anywhere.
        var starts = memory.Take<int>(taps);
        for (var tap = 0; tap < taps; tap++)
            starts[tap] = tap == taps - 1 ? 4 * rows : (tap * 7919) % (4 * rows + 1);
        var expected = new float[rows];
        var actual = memory.Take<float>(rows);
        foreach (var values in (float[][])[data.Floats(5 * rows), data.FloatsWithExtremes(5 * rows), data.Floats(5 * rows, 1e-30f), data.Floats(5 * rows, 1e-36f)])
        {
            var x = memory.Copy<float>(values);
            foreach (var (xScale, wide) in ((float, bool)[])[(0f, false), (0.02f, false), (0f, true)])
            {
                Reference.DepthwiseS8(s8, x, starts, xScale, wide, expected);
                set.DepthwiseS8(s8, x, starts, xScale, wide, actual);
                Bits.AssertEqual(expected, actual, $"int8, {rows} rows, {taps} taps, scale {xScale}, wide {wide}");
            }

            Reference.DepthwiseF32(f32, x, starts, expected);
            set.DepthwiseF32(f32, x, starts, actual);
            Bits.AssertEqual(expected, actual, $"float32, {rows} rows, {taps} taps");
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
