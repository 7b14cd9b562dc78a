using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.KernelSweep;

/// <summary>A kernel set's depthwise convolutions against the reference.</summary>
internal sealed class DepthwiseChecks(KernelSet set)
{
    private const int Lengths = 258;

    private static readonly ReferenceKernels Reference = new();

    public IReadOnlyList<Check> All =>
        [Check.Of(set.Name, Depthwise_convolutions), Check.Of(set.Name, Depthwise_convolutions_of_most_taps)];

    private void Depthwise_convolutions()
    {
        for (var length = 1; length < Lengths; length++)
        {
            // Lengths vary as rows, then as taps.
            Compare(length, 1 + length * 7 % 19);
            Compare(1 + length * 5 % 40, length);
        }
    }

    /// <summary>With the largest products, whose sums must be exact in float32.</summary>
    private void Depthwise_convolutions_of_most_taps()
    {
        const int Rows = 20;
        const int Taps = KernelSet.MostDepthwiseTaps;
        var weights = new sbyte[Rows * Taps];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = i / Taps % 2 == 0 ? (sbyte)-128 : (sbyte)127;
        var packed = new sbyte[PackedLayout.LengthS8(Rows, Taps)];
        PackedLayout.PackS8(weights, Rows, Taps, packed);
        var w = new MatrixS8(packed, Enumerable.Repeat(1f, PackedLayout.PadRows(Rows)).ToArray(), default, Rows, Taps);
        var y = new float[Rows];
        set.DepthwiseS8(w, new Patches(Enumerable.Repeat(127f, Rows).ToArray(), [0], new int[Taps], Rows), 1f, false, y);
        float[] expected = [.. Enumerable.Range(0, Rows).Select(row => (row % 2 == 0 ? -128f : 127f) * 127 * Taps)];
        Bits.AssertEqual(expected, y, "most taps");
    }

    private void Compare(int rows, int taps)
    {
        using var memory = new GuardedMemory();
        var data = new KernelData(rows * 1000 + taps);
        var scale = memory.Copy<float>(data.Positive(PackedLayout.PadRows(rows), 0.01f));
        var bias = rows % 2 == 0 ? default : memory.Copy<float>(data.Floats(PackedLayout.PadRows(rows)));
        var s8 = new MatrixS8(memory.Copy<sbyte>(data.PackedS8(rows, taps)), scale, bias, rows, taps);
        var f32 = new MatrixF32(memory.Copy<float>(data.PackedF32(rows, taps)), bias, rows, taps);
        // The last tap of the last position ends at the guard; the others start anywhere.
        var positions = 1 + (rows + taps) % 5;
        var starts = memory.Take<int>(positions);
        for (var position = 0; position < positions; position++)
            starts[position] = position == positions - 1 ? 2 * rows : (position * 7907) % (2 * rows + 1);
        var runs = memory.Take<int>(taps);
        for (var tap = 0; tap < taps; tap++)
            runs[tap] = tap == taps - 1 ? 2 * rows : (tap * 7919) % (2 * rows + 1);
        var expected = new float[positions * rows];
        var actual = memory.Take<float>(positions * rows);
        foreach (var values in (float[][])[data.Floats(5 * rows), data.FloatsWithExtremes(5 * rows), data.Floats(5 * rows, 1e-30f),
            data.Floats(5 * rows, 1e-36f)])
        {
            var x = new Patches(memory.Copy<float>(values), starts, runs, rows);
            foreach (var (xScale, wide) in ((float, bool)[])[(0f, false), (0.02f, false), (0f, true)])
            {
                Reference.DepthwiseS8(s8, x, xScale, wide, expected);
                set.DepthwiseS8(s8, x, xScale, wide, actual);
                Bits.AssertEqual(expected, actual, $"int8, {positions} × {rows} rows, {taps} taps, scale {xScale}, wide {wide}");
            }

            Reference.DepthwiseF32(f32, x, expected);
            set.DepthwiseF32(f32, x, actual);
            Bits.AssertEqual(expected, actual, $"float32, {positions} × {rows} rows, {taps} taps");
        }
    }
}
