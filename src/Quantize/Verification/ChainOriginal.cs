using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Verification;

/// <summary>A chain of models, or a front end, in ONNX Runtime.</summary>
internal sealed class ChainOriginal : Original
{
    /// <summary>Values of the program's input that go to ONNX Runtime at once: a front end makes frames of all of them.</summary>
    private const int PieceValues = 1 << 18;

    private readonly ChainDerivation _derived;
    private readonly ChainReference _reference;

    public ChainOriginal(ChainSpec chain, ConvertOptions options, IProgress<string>? progress)
    {
        _derived = ChainDerivation.Run(chain, options, progress);
        Conversion = ChainConverter.Convert(chain, _derived, options, progress);
        _reference = new ChainReference(_derived, options);
        Name = _derived.Models.Count switch
        {
            0 => chain.FrontEnd!,
            1 => _derived.Models[0].Path,
            _ => string.Join(" + ", _derived.Models.Select(model => Path.GetFileName(model.Path))),
        };
        using var program = Model.LoadSingleStep(Conversion.Program, "f32 program");
        PieceSteps = Math.Max(1, PieceValues / program.Inputs.Sum(input => input.Length));
    }

    public override string Name { get; }

    public override IReadOnlyList<string> Files => [.. _derived.Models.Select(model => model.Path)];

    public override ConversionResult Conversion { get; }

    public override int PieceSteps { get; }

    public override ChainTrace? Compare(Recording recording, TracePair traces, OutputVerification[] outputs, RecordingPosition at,
        Extent extent)
    {
        var trace = _reference.Run(recording);
        for (var i = 0; i < outputs.Length; i++)
        {
            var values = trace.Values(_derived.Given[i]);
            for (var tick = 0; tick < Math.Min(values.Count, traces.Program.Ticks(i)); tick++)
                outputs[i].AddTick(traces, at.Recording, at.FirstStep, tick, values[tick]);
        }

        return trace;
    }

    /// <summary>The front end's rows, and what goes into the models: neither samples nor complex spectra.</summary>
    public override IReadOnlyList<TimelineFeature> Features(ChainTrace trace)
    {
        var features = new List<TimelineFeature>();
        var rows = _derived.FrontEndGraph?.Features;
        if (rows is { Kind: SignalKind.Rows, Element.Length: 1 or 2 } && _derived.FrontEnd!.Stages[^1] is not WindowStage)
            features.Add(Feature(trace, (ChainSpec.FrontEndName, rows.Wire), rows.RowsAnElement));

        foreach (var input in _derived.Runs.Where(run => run.Model is not null).SelectMany(run => run.Inputs))
        {
            var given = _derived.Runs.FirstOrDefault(run => run.Name == input.From.Part);
            if (given is not null && !(given.Model is null && input.From.Port is "frame" or "samples" or "re_im"))
                features.Add(Feature(trace, input.From, input.Window?.Elements ?? 1));
        }

        return [.. features.Where(feature => feature.Elements.Count > 0 && feature.Elements[0].Length > 1).DistinctBy(feature =>
            feature.Name)];
    }

    public override bool IsSamples(string port)
    {
        var at = Conversion.Steps.Outputs.FindIndex(output => output.Name == port);
        return at < 0 ? _derived.FrontEnd is { Channels: 0 }
            : _derived.Given[at] is var (part, name) && name == "samples"
            && _derived.Runs.Any(run => run.Name == part && run.Model is null);
    }

    public override void Dispose() => _reference.Dispose();

    private TimelineFeature Feature(ChainTrace trace, (string Part, string Port) port, int rows)
    {
        var clock = trace.ClockOf(port);
        List<float[]> elements = [.. trace.Values(port).SelectMany(value => rows > 1 ? value.Chunk(value.Length / rows) : [value])];
        double rate = _derived.Steps.InputRate, interval = clock.Rate / rate / rows;
        return new TimelineFeature($"{port.Part}:{port.Port}", elements, clock.Offset / rate + 1 - interval * (rows - 1), interval);
    }
}
