using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Reference;

namespace EdgeSeq.KernelSweep;

/// <summary>A kernel set's pooling against the reference.</summary>
internal sealed class PoolChecks(KernelSet set)
{
    private const int Lengths = 258;

    private static readonly ReferenceKernels Reference = new();

    public IReadOnlyList<Check> All => [Check.Of(set.Name, Pooling), Check.Of(set.Name, Pooling_over_nothing)];

    private void Pooling()
    {
        for (var length = 1; length < Lengths; length++)
        {
            // Lengths vary as channels, then as positions.
            Compare(length, 1 + length % 4, 1 + length % 3, 1 + length % 2);
            Compare(1 + length % 21, length, 1 + length % 2, 1 + length % 3);
        }
    }

    private void Pooling_over_nothing()
    {
        var y = new float[40];
        foreach (var reduction in Enum.GetValues<PoolReduction>())
        {
            set.Pool(reduction, new float[20], [], 1, 0, 20, y);
            Bits.AssertEqual(Enumerable.Repeat(reduction == PoolReduction.Max ? float.NegativeInfinity : 0f, 40).ToArray(), y,
                $"{reduction} of nothing");
        }
    }

    private void Compare(int channels, int positions, int columns, int columnTaps)
    {
        using var memory = new GuardedMemory();
        var data = new KernelData(channels * 1000 + positions);
        var taps = memory.Take<int>(columns * columnTaps);
        var places = positions + 4;
        // The last tap of the last position ends at the guard; the others start anywhere before.
        for (var tap = 0; tap < taps.Length; tap++)
            taps[tap] = (tap == taps.Length - 1 ? 4 : tap * 7919 % 5) * channels;
        var expected = new float[positions * channels];
        var actual = memory.Take<float>(expected.Length);
        foreach (var values in (float[][])[data.Floats(places * channels), data.FloatsWithExtremes(places * channels)])
        {
            var x = memory.Copy<float>(values);
            foreach (var reduction in Enum.GetValues<PoolReduction>())
            {
                Reference.Pool(reduction, x, taps, columnTaps, channels, channels, expected);
                set.Pool(reduction, x, taps, columnTaps, channels, channels, actual);
                Bits.AssertEqual(expected, actual, $"{reduction}, {channels} channels, {positions} positions");
            }
        }
    }
}
