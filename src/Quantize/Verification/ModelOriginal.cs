using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Verification;

/// <summary>
/// One model in ONNX Runtime. An output that it gives for every step is compared everywhere; one that it gives once is compared after whole
/// recordings and after as many prefixes as a fixed amount of work allows, for short recordings all of them.
/// </summary>
internal sealed class ModelOriginal : Original
{
    /// <summary>Runs of ONNX Runtime on prefixes, and steps in all of them.</summary>
    private const long MaxPrefixRuns = 4096, MaxPrefixSteps = 4_000_000;

    private readonly Reference _reference;

    public ModelOriginal(string path, ConvertOptions options)
    {
        Name = path;
        Conversion = Converter.Convert(path, options);
        _reference = new Reference(path, Conversion, options);
    }

    public override string Name { get; }

    public override IReadOnlyList<string> Files => [Name];

    public override ConversionResult Conversion { get; }

    /// <summary>A model of one length takes all of it at once.</summary>
    public override int PieceSteps => Math.Max(1 << 15, _reference.OnlyLength ?? 0);

    public override ChainTrace? Compare(Recording recording, TracePair traces, OutputVerification[] outputs, RecordingPosition at,
        Extent extent)
    {
        switch (Conversion.Mode)
        {
            case "step":
                _reference.RunSteps(recording, (step, results) => AddTicks(results, step));
                break;
            case "window":
                var window = Conversion.Steps.Outputs[0].Clock.Offset + 1;
                for (var tick = 0; tick < traces.Program.Ticks(0); tick++)
                    AddTicks(_reference.Run(recording, (int)outputs[0].StepOf(tick) - window + 1, window), tick);

                break;
            default:
                CompareStream(recording, traces, outputs, at, extent);
                break;
        }

        return null;

        void AddTicks(OnnxTensor[] results, int tick)
        {
            for (var i = 0; i < outputs.Length; i++)
                outputs[i].AddTick(traces, at.Recording, at.FirstStep, tick, results[i].ToFloats());
        }
    }

    public override void Dispose() => _reference.Dispose();

    private void CompareStream(Recording recording, TracePair traces, OutputVerification[] outputs, RecordingPosition at, Extent extent)
    {
        var length = _reference.OnlyLength ?? recording.Steps;
        if (length > recording.Steps)
        {
            throw new EdgeSeqException(ErrorCodes.RecordingShape,
                $"{Name} takes exactly {length} steps at once, recording {at.Recording + 1} has {recording.Steps}",
                "give recordings at least as long, or export the model with an open time axis");
        }

        var whole = _reference.Run(recording, 0, length);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (Conversion.Steps.Outputs[i].TimeAxis is not null)
                outputs[i].AddWhole(traces, at.Recording, at.FirstStep, whole[i].ToFloats(), whole[i].StepShape(), length);
        }

        int[] latest = [.. Enumerable.Range(0, outputs.Length)
            .Where(i => Conversion.Steps.Outputs[i].TimeAxis is null && traces.Program.Ticks(i) > 0)];
        foreach (var tick in latest.Length > 0 ? PrefixEnds(outputs[latest[0]], traces.Program.Ticks(latest[0]), recording.Steps, extent)
            : [])
        {
            var steps = (int)outputs[latest[0]].StepOf(tick) + 1;
            var prefix = steps == length ? whole : _reference.Run(recording, 0, steps);
            foreach (var i in latest.Where(i => tick < traces.Program.Ticks(i) && outputs[i].StepOf(tick) == steps - 1))
                outputs[i].AddTick(traces, at.Recording, at.FirstStep, tick, prefix[i].ToFloats());
        }
    }

    /// <summary>
    /// The ticks of a recording after which prefixes are compared: the last, and others evenly spaced as far as the work allows. Where the
    /// model takes one length only, the one after that.
    /// </summary>
    private IEnumerable<int> PrefixEnds(OutputVerification output, int ticks, int steps, Extent extent)
    {
        if (_reference.OnlyLength is int only)
            return Enumerable.Range(0, ticks).Where(tick => output.StepOf(tick) == only - 1);

        var affordable = Math.Min(MaxPrefixRuns / extent.Recordings, MaxPrefixSteps / extent.Recordings / (steps / 2 + 1));
        var count = (int)Math.Clamp(affordable, 1, ticks);
        return Enumerable.Range(1, count).Select(i => (int)((long)ticks * i / count) - 1);
    }
}
