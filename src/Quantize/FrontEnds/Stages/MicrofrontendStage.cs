using EdgeSeq.Quantize.FrontEnds.Tables;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>
/// The audio front end of TensorFlow Lite Micro, to the bit: 16-bit Fourier transform, filter bank, noise reduction, automatic gain (PCAN)
/// and logarithm in integers. Samples in [-1, 1] stand for those of 16 bits.
/// </summary>
internal sealed record MicrofrontendStage(MicrofrontendSpec Spec) : FrontEndStage
{
    private readonly MicrofrontendTables _tables = new(Spec);

    /// <summary>What samples are multiplied by to be whole numbers of 16 bits.</summary>
    public double Scale { get; init; } = 32768;

    public override (int Span, int Hop) Reach => (_tables.Size, _tables.Step);

    public override Signal Build(GraphScope g, Signal x)
    {
        if (x.Hz is double hz && hz != Spec.SampleRate)
        {
            throw FrontEndErrors.Invalid($"samples come at {hz} Hz and the microfrontend takes {Spec.SampleRate}",
                $"put resample({hz}, {Spec.SampleRate}) in front");
        }

        var frames = SampleFrames.Cut(g, x, _tables.Size, _tables.Step, 0);
        if (frames.RowsAnElement > 1)
            throw FrontEndErrors.Invalid("the microfrontend gives one row a step", $"give --chunk {_tables.Step} or less");

        var rounded = g.Add("Clip", [g.Add("Round", [g.Times(frames.Wire, Scale)]), g.Number(-32768), g.Number(32767)]);
        var (energy, exponent) = Spectrum(g, WholeNumbers.ToWhole(g, rounded));
        var signal = Bands(g, energy, exponent);
        var (levels, noise) = Noise(g, signal);
        var kept = Reduced(g, signal, levels, noise);
        if (Spec.Pcan)
            kept = Gained(g, kept, noise);

        var corrected = _tables.CorrectionBits >= 0 ? WholeNumbers.Wrap32(g, g.Times(kept, g.Whole(1L << _tables.CorrectionBits)))
            : WholeNumbers.Shift(g, kept, -_tables.CorrectionBits);
        var y = g.Add("Min", [Spec.Log ? Logarithm(g, corrected) : corrected, g.Whole(65535)]);
        return frames with { Wire = g.Times(WholeNumbers.ToFloat(g, y), Spec.OutputScale), Element = [Spec.Channels] };
    }

    /// <summary>Energies of the bins of frames that were scaled up to 16 bits, and 2 to the power of by how many bits.</summary>
    private (string Energy, string Factor) Spectrum(GraphScope g, string samples)
    {
        var window = g.Constant(OnnxTensor.FromInts(_tables.Window, _tables.Size), "window");
        var windowed = WholeNumbers.Shift(g, g.Times(samples, window), 12);
        var largest = g.Reduce("ReduceMax", WholeNumbers.ToFloat(g, g.Add("Abs", [windowed])), 2, keep: true);

        // A frame of n bits is shifted up by 15 - n: once for each power of two that it stays below.
        var powers = g.Floats([.. Enumerable.Range(0, 15).Select(k => Math.Pow(2, k))], "powers", 15);
        var below = WholeNumbers.ToFloat(g, g.Add("Less", [largest, powers]));
        var shift = WholeNumbers.ToWhole(g, g.Reduce("ReduceSum", below, 2, keep: true));
        var factor = WholeNumbers.At(g, Enumerable.Range(0, 16).Select(k => 1L << k), shift, "factors");
        var scaled = g.Times(windowed, factor);
        var padded = _tables.FftSize == _tables.Size ? scaled
            : g.Concat(2, scaled, g.Slice(g.Minus(scaled, scaled), 2, 0, _tables.FftSize - _tables.Size));
        var (re, im) = FixedPointFourier.Forward(g, padded, _tables.FftSize);
        return (g.Plus(g.Times(re, re), g.Times(im, im)), factor);
    }

    /// <summary>Each channel's root of its energy. Sums over bins are differences of one running sum.</summary>
    private string Bands(GraphScope g, string energy, string factor)
    {
        int first = _tables.Bands[0].FirstBin, end = _tables.Bands[^1].FirstBin + _tables.Bands[^1].Weights.Length;
        var bins = g.Slice(energy, 2, first, end);
        string Sums(Func<(int FirstBin, long[] Weights, long[] Unweights), long[]> part, int from, string name)
        {
            long[] weights = [.. _tables.Bands.SelectMany(part)];
            var products = g.Times(bins, g.Constant(OnnxTensor.FromInts(weights, weights.Length), name));
            var zero = g.Slice(g.Minus(products, products), 2, 0, 1);
            var running = g.Concat(2, zero, g.Add("CumSum", [products, g.Whole(2)]));
            string Edge(int offset)
            {
                long[] edges = [.. Enumerable.Range(from, Spec.Channels).Select(k => (long)(k + offset < _tables.Bands.Length
                    ? _tables.Bands[k + offset].FirstBin : end) - first)];
                return g.Add("Gather", [running, g.Constant(OnnxTensor.FromInts(edges, edges.Length), "edges")], ("axis", 2L));
            }

            return g.Minus(Edge(1), Edge(0));
        }

        var work = g.Plus(Sums(band => band.Weights, 1, "weights"), Sums(band => band.Unweights, 0, "unweights"));
        return g.Over(WholeNumbers.Root(g, work), factor);
    }

    /// <summary>The signal with more bits, and the noise that follows it slowly.</summary>
    private (string Levels, string Noise) Noise(GraphScope g, string signal)
    {
        var levels = WholeNumbers.Wrap32(g, g.Times(signal, g.Whole(1L << Spec.SmoothingBits)));
        var body = g.Body("noise");
        body.Graph.Inputs.Add(new OnnxValue("estimate", OnnxElementType.Int64, [1, Spec.Channels]));
        body.Graph.Inputs.Add(new OnnxValue("level", OnnxElementType.Int64, [1, Spec.Channels]));
        long[] follow = [.. Enumerable.Range(0, Spec.Channels)
            .Select(i => MicrofrontendTables.Fixed14(i % 2 == 0 ? Spec.EvenSmoothing : Spec.OddSmoothing))];
        string Factor(IEnumerable<long> values) => body.Constant(OnnxTensor.FromInts([.. values], Spec.Channels), "smoothing");
        var sum = body.Plus(body.Times("level", Factor(follow)), body.Times("estimate", Factor(follow.Select(f => 16384 - f))));
        var next = WholeNumbers.Wrap32(body, body.Over(sum, body.Whole(16384)));
        var copy = body.Add("Identity", [next]);
        foreach (var wire in new[] { next, copy })
            body.Graph.Outputs.Add(new OnnxValue(wire, OnnxElementType.Int64, [1, Spec.Channels]));

        var start = g.Constant(OnnxTensor.FromInts(new long[Spec.Channels], 1, Spec.Channels), "silence");
        var noise = g.Add("Scan", [start, levels], 2, ("body", body.Graph), ("num_scan_inputs", 1L), ("scan_input_axes", (long[])[1]),
            ("scan_output_axes", (long[])[1]))[1];
        return (levels, noise);
    }

    private string Reduced(GraphScope g, string signal, string levels, string noise)
    {
        var above = WholeNumbers.Shift(g, g.Minus(levels, g.Add("Min", [noise, levels])), Spec.SmoothingBits);
        var least = WholeNumbers.Shift(g, g.Times(signal, g.Whole(MicrofrontendTables.Fixed14(Spec.MinSignalRemaining))), 14);
        return g.Add("Max", [above, least]);
    }

    /// <summary>A gain that falls with the noise, by a quadratic for each number of bits, and a compression of what is far above
    /// it.</summary>
    private string Gained(GraphScope g, string signal, string noise)
    {
        var bits = WholeNumbers.BitLength(g, noise);
        string Of(int part, string name) =>
            WholeNumbers.At(g, Enumerable.Range(0, 33).Select(n => n < 2 ? 0 : _tables.GainIntervals[n - 2][part]), bits, name);
        var up = WholeNumbers.At(g, Enumerable.Range(0, 33).Select(n => 1L << Math.Max(0, 11 - n)), bits, "up");
        var down = WholeNumbers.At(g, Enumerable.Range(0, 33).Select(n => 1L << Math.Max(0, n - 11)), bits, "down");
        var place = g.Add("Mod", [g.Over(g.Times(noise, up), down), g.Whole(1024)]);
        var curved = WholeNumbers.Shift(g, g.Times(Of(2, "curvature"), place), 5);
        var sloped = g.Plus(g.Times(g.Plus(curved, g.Times(Of(1, "slope"), g.Whole(32))), place), g.Whole(16384));
        var gain = g.Plus(WholeNumbers.Shift(g, sloped, 15), Of(0, "value"));
        var small = WholeNumbers.At(g, [.. _tables.SmallGains, _tables.GainIntervals[0][0]], g.Add("Min", [noise, g.Whole(2)]), "small");
        gain = g.Add("Where", [g.Add("Greater", [noise, g.Whole(2)]), gain, small]);

        var product = g.Times(signal, gain);
        var snr = WholeNumbers.Wrap32(g, _tables.SnrShift >= 0 ? WholeNumbers.Shift(g, product, _tables.SnrShift)
            : g.Times(product, g.Whole(1L << -_tables.SnrShift)));
        var low = WholeNumbers.Shift(g, WholeNumbers.Wrap32(g, g.Times(snr, snr)), 20);
        var high = g.Minus(WholeNumbers.Shift(g, snr, 6), g.Whole(64));
        return g.Add("Where", [g.Add("Less", [snr, g.Whole(8192)]), low, high]);
    }

    /// <summary>ln(x)·2^ScaleShift of numbers above 1; 0 of others.</summary>
    private string Logarithm(GraphScope g, string x)
    {
        var above = g.Add("Max", [x, g.Whole(1)]);
        var bits = g.Minus(WholeNumbers.BitLength(g, above), g.Whole(1));
        var power = WholeNumbers.At(g, Enumerable.Range(0, 32).Select(n => 1L << n), bits, "powers");
        var up = WholeNumbers.At(g, Enumerable.Range(0, 32).Select(n => 1L << Math.Max(0, 16 - n)), bits, "up");
        var down = WholeNumbers.At(g, Enumerable.Range(0, 32).Select(n => 1L << Math.Max(0, n - 16)), bits, "down");
        var fraction = g.Over(g.Times(g.Minus(above, power), up), down);
        var segment = WholeNumbers.Shift(g, fraction, 9);
        var table = MicrofrontendTables.LogTable;
        var low = WholeNumbers.At(g, table.SkipLast(1), segment, "log");
        var step = WholeNumbers.At(g, table.Skip(1).Zip(table, (next, here) => next - here), segment, "log_step");
        var inside = g.Minus(fraction, g.Times(segment, g.Whole(512)));
        var log2 = g.Plus(g.Times(bits, g.Whole(1 << 16)),
            g.Plus(g.Plus(fraction, low), WholeNumbers.Shift(g, g.Times(step, inside), 16)));
        var natural = WholeNumbers.Shift(g, g.Plus(g.Times(log2, g.Whole(45426)), g.Whole(32768)), 16);
        var scaled = WholeNumbers.Shift(g, g.Plus(g.Times(natural, g.Whole(1L << Spec.ScaleShift)), g.Whole(32768)), 16);
        return g.Add("Where", [g.Add("Greater", [x, g.Whole(1)]), scaled, g.Whole(0)]);
    }
}
