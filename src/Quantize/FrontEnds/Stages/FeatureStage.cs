using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>
/// Spectrogram, mel and cepstral features of samples: scale, pre-emphasis, frames, DC removal, pre-emphasis in the frame, window, Fourier
/// transform, magnitude or power, mel, logarithm, affine, cosine transform, lifter, energy, derivatives, in this order.
/// </summary>
internal sealed record FeatureStage(FrameSpec Frame, WindowSpec Window, int FftSize) : FrontEndStage
{
    /// <summary>What samples in [-1, 1] are multiplied by.</summary>
    public double Scale { get; init; } = 1;

    public double SampleHz { get; init; } = 16000;

    public double SignalPreemphasis { get; init; }

    public double FramePreemphasis { get; init; }

    public bool RemovesDc { get; init; }

    public EnergySpec? Energy { get; init; }

    /// <summary>1: magnitude, 2: power.</summary>
    public double Power { get; init; } = 2;

    public double SpectrumScale { get; init; } = 1;

    public MelSpec? Mel { get; init; }

    public LogSpec Log { get; init; } = LogSpec.None;

    /// <summary>(y + Add) · Multiply.</summary>
    public (double Add, double Multiply) Affine { get; init; } = (0, 1);

    public CosineTransform? Cosine { get; init; }

    public LifterSpec? Lifter { get; init; }

    /// <summary>The first feature, times this, stands behind the others, as HTK has it; null: it stays.</summary>
    public double? FirstGoesLast { get; init; }

    public DeltaSpec? Deltas { get; init; }

    /// <summary>The derivatives stand behind what they derive: 1 or 2 orders; 0: they stand alone.</summary>
    public int StackedDeltas { get; init; }

    public override (int Span, int Hop) Reach =>
        (Frame.Length + (Deltas?.Delay ?? 0) * 2 * Frame.Hop, Frame.Hop);

    public override Signal Build(GraphScope g, Signal x)
    {
        Require(x);
        Frame.Note(g);
        var frames = Framed(g, x);
        var (spectrum, windowed) = Spectrum(g, frames.Signal);
        var bins = FftSize / 2 + 1;
        var y = spectrum;
        var size = bins;
        if (Mel is { } mel)
        {
            double[] matrix = [.. mel.Matrix(FftSize, SampleHz).Select(weight => weight * SpectrumScale)];
            y = g.Add("MatMul", [y, g.Floats(matrix, "mel", bins, mel.Count)]);
            size = mel.Count;
        }
        else
        {
            y = g.Times(y, SpectrumScale);
        }

        y = g.Times(g.Plus(Log.Apply(g, y), Affine.Add), Affine.Multiply);
        (y, size) = Cepstrum(g, y, size);
        if (Energy is { } energy)
            (y, size) = WithEnergy(g, energy, y, size, EnergyOf(g, energy, frames.Raw, spectrum, windowed), frames.Signal.Last);

        if (FirstGoesLast is double factor)
        {
            var axis = frames.Signal.Last;
            y = g.Concat(axis, g.Slice(y, axis, 1, size), g.Times(g.Slice(y, axis, 0, 1), factor));
        }

        (y, size) = WithDeltas(g, frames.Signal, y, size);
        return frames.Signal with { Wire = y, Element = [.. frames.Signal.Element[..^1], size] };
    }

    private void Require(Signal x)
    {
        if (Window.Offset < 0 || Window.Offset + Window.Length > Frame.Length)
            throw FrontEndErrors.Invalid($"a window of {Window.Length} samples at {Window.Offset} does not fit a frame of {Frame.Length}");

        if (Window.Offset + Window.Length > FftSize)
            throw FrontEndErrors.Invalid($"a window of {Window.Length} samples does not fit a transform of {FftSize}");

        if (Power <= 0)
            throw FrontEndErrors.Invalid($"a spectrum to the power of {Power}", "above 0: 1 is the magnitude, 2 the power");

        if (x.Hz is double hz && hz != SampleHz)
        {
            throw FrontEndErrors.Invalid($"samples come at {hz} Hz and its filters are for {SampleHz} Hz",
                $"put resample({hz}, {SampleHz}) in front, or give rate={hz}");
        }
    }

    /// <summary>Frames before the window, and the raw ones where the energy needs them.</summary>
    private (Signal Signal, string Raw) Framed(GraphScope g, Signal x)
    {
        // What is outside of the window is multiplied by zero: frames are no longer than they must be, and come no later.
        var whole = RemovesDc || FramePreemphasis != 0 || Energy is not null;
        int offset = whole ? 0 : Window.Offset, length = whole ? Frame.Length : Window.Length, before = SignalPreemphasis != 0 ? 1 : 0;
        var frames = SampleFrames.Cut(g, x, length + before, Frame.Hop, offset - Frame.PadLeft - before,
            Frame.Behind(offset, length));
        var (wire, axis) = (frames.Wire, frames.Last);
        if (before > 0)
            wire = g.Minus(g.Slice(wire, axis, 1, length + 1), g.Times(g.Slice(wire, axis, 0, length), SignalPreemphasis));

        if (RemovesDc)
            wire = g.Minus(wire, g.Reduce("ReduceMean", wire, axis, keep: true));

        var raw = wire;
        if (FramePreemphasis != 0)
        {
            var earlier = g.Concat(axis, g.Slice(wire, axis, 0, 1), g.Slice(wire, axis, 0, length - 1));
            wire = g.Minus(wire, g.Times(earlier, FramePreemphasis));
        }

        if (whole && Window.Length < Frame.Length)
            wire = g.Slice(wire, axis, Window.Offset, Window.Offset + Window.Length);

        return (frames with { Wire = wire, Element = [.. frames.Element[..^1], Window.Length] }, raw);
    }

    private (string Spectrum, string Windowed) Spectrum(GraphScope g, Signal frames)
    {
        double[] window = [.. Window.Values().Select(weight => weight * Scale)];
        var windowed = window.All(weight => weight == 1) ? frames.Wire
            : g.Times(frames.Wire, g.Floats(window, "window", window.Length));
        var z = Fourier.Forward(g, windowed, frames.Rank, FftSize);
        var bins = g.Reduce(Power == 2 ? "ReduceSumSquare" : "ReduceL2", z, frames.Rank, keep: false);
        return (Power is 1 or 2 ? bins : g.Add("Pow", [bins, g.Number(Power)]), windowed);
    }

    private (string Wire, int Size) Cepstrum(GraphScope g, string y, int size)
    {
        if (Cosine is { } cosine)
        {
            var matrix = cosine.Matrix(size);
            if (Lifter is { } lifter)
                matrix = [.. matrix.Select((weight, at) => weight * lifter.At(at % cosine.Count))];

            return (g.Add("MatMul", [y, g.Floats(matrix, "cosines", size, cosine.Count)]), cosine.Count);
        }

        return Lifter is { } alone
            ? (g.Times(y, g.Floats([.. Enumerable.Range(0, size).Select(alone.At)], "lifter", size)), size)
            : (y, size);
    }

    private string EnergyOf(GraphScope g, EnergySpec energy, string raw, string spectrum, string windowed)
    {
        if (energy.Stage == "power_spectrum")
        {
            var total = g.Times(g.Add("ReduceSum", [spectrum, g.Vector(-1)], ("keepdims", 1L)), SpectrumScale);
            return g.Add("Log", [g.Add("Where", [g.Add("Equal", [total, g.Number(0)]), g.Number(energy.Floor), total])]);
        }

        var source = energy.Stage switch
        {
            "raw" => g.Times(raw, Scale),
            "windowed" => windowed,
            _ => throw FrontEndErrors.Invalid($"there is no energy '{energy.Stage}'", "raw, windowed or power_spectrum"),
        };
        var sum = g.Add("ReduceSumSquare", [source, g.Vector(-1)], ("keepdims", 1L));
        return g.Add("Log", [g.Add("Max", [sum, g.Number(energy.Floor)])]);
    }

    private static (string Wire, int Size) WithEnergy(GraphScope g, EnergySpec spec, string y, int size, string energy, int axis) =>
        spec.Place switch
        {
            EnergyPlace.First => (g.Concat(axis, energy, g.Slice(y, axis, 1, size)), size),
            EnergyPlace.InFront => (g.Concat(axis, energy, y), size + 1),
            _ => (g.Concat(axis, y, energy), size + 1),
        };

    private (string Wire, int Size) WithDeltas(GraphScope g, Signal frames, string y, int size)
    {
        if (Deltas is not { } deltas)
            return (y, size);

        deltas.Note(g);
        if (frames.RowsAnElement > 1)
            throw FrontEndErrors.Invalid("derivatives along time take one row a step", $"give --chunk {Frame.Hop} or less");

        if (StackedDeltas == 0)
            return (deltas.Apply(g, y, size), size);

        string[] parts = [y, .. Enumerable.Range(1, StackedDeltas).Select(order => (deltas with { Order = order }).Apply(g, y, size))];
        return (g.Concat(2, parts), parts.Length * size);
    }
}
