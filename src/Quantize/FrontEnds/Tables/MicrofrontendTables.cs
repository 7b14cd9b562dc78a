using System.Numerics;

namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The integer tables that the C code of the audio front end computes in float32 when it starts.</summary>
internal sealed class MicrofrontendTables
{
    /// <summary>Of log2 between powers of two, 2⁻¹⁶ each.</summary>
    private static readonly long[] Log2 =
    [
        0, 224, 442, 654, 861, 1063, 1259, 1450, 1636, 1817, 1992, 2163, 2329, 2490, 2646, 2797, 2944, 3087, 3224, 3358, 3487, 3611, 3732,
        3848, 3960, 4068, 4172, 4272, 4368, 4460, 4549, 4633, 4714, 4791, 4864, 4934, 5001, 5063, 5123, 5178, 5231, 5280, 5326, 5368, 5408,
        5444, 5477, 5507, 5533, 5557, 5578, 5595, 5610, 5622, 5631, 5637, 5640, 5641, 5638, 5633, 5626, 5615, 5602, 5586, 5568, 5547, 5524,
        5498, 5470, 5439, 5406, 5370, 5332, 5291, 5249, 5203, 5156, 5106, 5054, 5000, 4944, 4885, 4825, 4762, 4697, 4630, 4561, 4490, 4416,
        4341, 4264, 4184, 4103, 4020, 3935, 3848, 3759, 3668, 3575, 3481, 3384, 3286, 3186, 3084, 2981, 2875, 2768, 2659, 2549, 2437, 2323,
        2207, 2090, 1971, 1851, 1729, 1605, 1480, 1353, 1224, 1094, 963, 830, 695, 559, 421, 282, 142, 0, 0,
    ];

    public MicrofrontendTables(MicrofrontendSpec spec)
    {
        Size = spec.WindowMs * spec.SampleRate / 1000;
        Step = spec.StepMs * spec.SampleRate / 1000;
        if (Size < 8 || Step < 1 || spec.Channels < 1 || spec.LowerHz < 0 || spec.UpperHz > spec.SampleRate / 2.0
            || spec.LowerHz >= spec.UpperHz)
        {
            throw FrontEndErrors.Invalid("a microfrontend needs a window, a step, channels, and edges below half the sample rate");
        }

        FftSize = (int)BitOperations.RoundUpToPowerOf2((uint)Size);
        Window = HannWindow(spec);
        Bands = FilterBands(spec);
        CorrectionBits = BitOperations.Log2((uint)FftSize) - 6;
        InputBits = spec.SmoothingBits - CorrectionBits;
        SnrShift = spec.GainBits - CorrectionBits - 12;
        SmallGains = [Gain(spec, 0), Gain(spec, 1)];
        GainIntervals = [.. Enumerable.Range(2, 31).Select(bits => Interval(spec, bits))];
    }

    public static IReadOnlyList<long> LogTable => Log2;

    public int Size { get; }

    public int Step { get; }

    public int FftSize { get; }

    /// <summary>12 bits behind the point.</summary>
    public long[] Window { get; }

    /// <summary>One more than there are channels: a channel sums its band by weights and the band before it by unweights.</summary>
    public (int FirstBin, long[] Weights, long[] Unweights)[] Bands { get; }

    public int CorrectionBits { get; }

    public int SnrShift { get; }

    /// <summary>Of a noise of 0 and 1.</summary>
    public long[] SmallGains { get; }

    /// <summary>Of noises of 2 to 32 bits: value, slope and curvature within those of as many bits.</summary>
    public long[][] GainIntervals { get; }

    private int InputBits { get; }

    public static long Fixed14(double x) => (long)((float)x * 16384f);

    private static float Mel(float hz) => 1127f * (float)Math.Log(1 + (double)(hz / 700f));

    private long[] HannWindow(MicrofrontendSpec spec)
    {
        var turn = (float)Math.PI * 2f / Size;
        var window = new long[Size];
        for (var i = 0; i < Size; i++)
        {
            var cos = (float)Math.Cos(turn * (i + 0.5f));
            window[i] = spec.WindowOverrides.TryGetValue(i, out var other) ? other
                : (long)Math.Floor((0.5f - 0.5f * cos) * 4096f + 0.5f);
        }

        return window;
    }

    private (int FirstBin, long[] Weights, long[] Unweights)[] FilterBands(MicrofrontendSpec spec)
    {
        float low = Mel((float)spec.LowerHz), high = Mel((float)spec.UpperHz), spacing = (high - low) / (spec.Channels + 1);
        var hz = (float)(0.5 * spec.SampleRate) / (FftSize / 2);
        var bin = (int)(1.5f + (float)spec.LowerHz / hz);
        var before = low;
        var bands = new (int, long[], long[])[spec.Channels + 1];
        for (var k = 0; k < bands.Length; k++)
        {
            var centre = low + spacing * (k + 1);
            var first = bin;
            var shares = new List<float>();
            for (; Mel(bin * hz) <= centre; bin++)
                shares.Add((centre - Mel(bin * hz)) / (centre - before));

            bands[k] = (first, [.. shares.Select(Fixed12)], [.. shares.Select(share => Fixed12(1 - share))]);
            before = centre;
        }

        foreach (var change in spec.WeightOverrides)
        {
            var (first, weights, unweights) = bands[change[0]];
            weights[change[1] - first] = change[2];
            unweights[change[1] - first] = change[3];
        }

        return bands;
    }

    private static long Fixed12(float share) => (long)Math.Floor(share * 4096f + 0.5f);

    private long Gain(MicrofrontendSpec spec, long noise)
    {
        var level = noise / (float)(1L << InputBits) + (float)spec.PcanOffset;
        var gain = (1 << spec.GainBits) * (float)Math.Pow(level, -(float)spec.PcanStrength);
        return gain > 32767f ? 32767 : (int)(gain + 0.5f);
    }

    private long[] Interval(MicrofrontendSpec spec, int bits)
    {
        long x0 = 1L << (bits - 1), x1 = x0 + (x0 >> 1), x2 = bits == 32 ? x0 + (x0 - 1) : 2 * x0;
        long y0 = Gain(spec, x0), y1 = Gain(spec, x1), y2 = Gain(spec, x2), slope = 4 * (y1 - y0) - (y2 - y0);
        return [y0, slope, y2 - y0 - slope];
    }
}
