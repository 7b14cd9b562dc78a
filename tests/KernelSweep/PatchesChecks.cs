using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.KernelSweep;

/// <summary>A kernel set's products of a matrix with many vectors, one after another and read where they lie, against the
/// reference.</summary>
internal sealed class PatchesChecks(KernelSet set)
{
    private const int Lengths = 258;
    private const int MostVectors = 14;

    private static readonly ReferenceKernels Reference = new();

    public IReadOnlyList<Check> All =>
    [
        Check.Of(set.Name, Products_of_vectors_one_after_another),
        Check.Of(set.Name, Products_of_patches),
        Check.Of(set.Name, Products_of_the_largest_numbers),
        Check.Of(set.Name, Patches_beyond_their_data_are_refused),
    ];

    private void Products_of_vectors_one_after_another()
    {
        for (var length = 1; length < Lengths; length += length < 70 ? 1 : 11)
        {
            // Lengths vary as columns, then as rows.
            Compare(1 + length * 5 % 130, 1, length, 1 + length % MostVectors, apart: false);
            Compare(length, 1, 1 + length * 3 % 40, 1 + length * 5 % MostVectors, apart: false);
        }
    }

    private void Products_of_patches()
    {
        for (var length = 1; length < 70; length++)
        {
            Compare(1 + length * 7 % 90, 1 + length % 5, length, 1 + length * 3 % MostVectors, apart: true);
            Compare(length, 1 + length % 9, 1 + length % 4, 1 + length % MostVectors, apart: true);
        }
    }

    /// <summary>Where sums of 16 bits would overflow, and the corrections of unsigned products are largest.</summary>
    private void Products_of_the_largest_numbers()
    {
        const int Rows = 70;
        const int Columns = 300;
        const int Vectors = 8;
        var weights = new sbyte[Rows * Columns];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = i / Columns % 2 == 0 ? (sbyte)-128 : (sbyte)127;
        var packed = new sbyte[PackedLayout.LengthS8(Rows, Columns)];
        PackedLayout.PackS8(weights, Rows, Columns, packed);
        var w = new MatrixS8(packed, Enumerable.Repeat(1f, PackedLayout.PadRows(Rows)).ToArray(), default, Rows, Columns);
        float[] x = [.. Enumerable.Range(0, Vectors * Columns).Select(i => i / Columns % 2 == 0 ? 127f : -127f)];
        var y = new float[Rows * Vectors];
        set.LinearS8(w, x, 1f, y, Vectors, new byte[KernelScratch.LinearS8(Columns, Vectors)]);
        float[] expected = [.. Enumerable.Range(0, y.Length)
            .Select(i => (i % Rows % 2 == 0 ? -128f : 127f) * (i / Rows % 2 == 0 ? 127f : -127f) * Columns)];
        Bits.AssertEqual(expected, y, "largest numbers");
    }

    private void Patches_beyond_their_data_are_refused()
    {
        var data = new KernelData(1);
        var f32 = new MatrixF32(data.PackedF32(4, 6), default, 4, 6);
        foreach (var (starts, runs) in ((int[], int[])[])[([0, 5], [0, 3]), ([-1, 0], [0, 3]), ([0, 4], [-1, 3]),
            ([0, int.MaxValue], [0, 3])])
        {
            try
            {
                set.MultiplyF32(f32, new Patches(data.Floats(10), starts, runs, 3), new float[8]);
            }
            catch (ArgumentException)
            {
                continue;
            }

            throw new DifferenceException($"starts {string.Join(", ", starts)} and runs {string.Join(", ", runs)} pass");
        }
    }

    /// <param name="apart">Whether the vectors overlap and their runs lie apart.</param>
    private void Compare(int rows, int runCount, int runLength, int vectors, bool apart)
    {
        using var memory = new GuardedMemory();
        var columns = runCount * runLength;
        var data = new KernelData(rows * 1000 + columns);
        var scale = memory.Copy<float>(data.Positive(PackedLayout.PadRows(rows), 0.01f));
        var bias = rows % 2 == 0 ? default : memory.Copy<float>(data.Floats(PackedLayout.PadRows(rows)));
        int[] runs = [.. Enumerable.Range(0, runCount).Select(run => run * (runLength + 5))];
        int[] starts = [.. Enumerable.Range(0, vectors).Select(vector => vector * 7919 % (3 * vectors))];
        // The last run of some vector ends at the guard.
        var length = apart ? starts.Max() + runs[^1] + runLength : vectors * columns;
        var x = memory.Copy<float>(rows % 3 == 0 ? data.FloatsWithExtremes(length) : data.Floats(length));
        var patches = apart ? new Patches(x, memory.Copy<int>(starts), memory.Copy<int>(runs), runLength)
            : new Patches(x, vectors, columns);
        var expected = new float[rows * vectors];
        var actual = memory.Take<float>(rows * vectors);
        var scratch = memory.Take<byte>(KernelScratch.LinearS8(columns, vectors));
        var what = $"{rows} x {runCount} x {runLength}, {vectors} vectors";

        var s8 = new MatrixS8(memory.Copy<sbyte>(data.PackedS8(rows, columns)), scale, bias, rows, columns);
        foreach (var xScale in (float[])[0f, 0.02f])
        {
            Reference.MultiplyS8(s8, patches, xScale, expected, scratch);
            // What other ops left.
            scratch.Fill(0x55);
            set.MultiplyS8(s8, patches, xScale, actual, scratch);
            Bits.AssertEqual(expected, actual, $"int8 {what}");
        }

        var shift = memory.Copy<float>(data.Floats(PackedLayout.PadRows(rows)));
        var shifted = new MatrixS8(s8.Data, scale, bias, rows, columns, shift);
        Reference.MultiplyS8(shifted, patches, 0f, expected, scratch);
        scratch.Fill(0x55);
        set.MultiplyS8(shifted, patches, 0f, actual, scratch);
        Bits.AssertEqual(expected, actual, $"int8 with zero points {what}");

        var f32 = new MatrixF32(memory.Copy<float>(data.PackedF32(rows, columns)), bias, rows, columns);
        Reference.MultiplyF32(f32, patches, expected);
        set.MultiplyF32(f32, patches, actual);
        Bits.AssertEqual(expected, actual, $"float32 {what}");
    }
}
