using System.Globalization;
using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Verification;

/// <summary>
/// Compares a program with ONNX Runtime on the original model and with the f32 program of the same model, on recordings. An output that
/// the model gives for every step is compared everywhere; one that it gives once is compared after whole recordings and after as many
/// prefixes as a fixed amount of work allows, for short recordings all of them.
/// </summary>
public sealed class Verifier : IDisposable
{
    /// <summary>Runs of ONNX Runtime on prefixes, and steps in all of them.</summary>
    private const long MaxPrefixRuns = 4096, MaxPrefixSteps = 4_000_000;

    /// <summary>Steps of a recording that are in memory at once. ONNX Runtime gets the first so many; it keeps every intermediate value of
    /// all of them. What follows is compared with the f32 program only.</summary>
    private const int PieceSteps = 1 << 15;

    private readonly string _onnxPath;
    private readonly string _programPath;
    private readonly byte[] _bytes;
    private readonly VerifyOptions _options;
    private readonly IProgress<string>? _progress;
    private readonly Model _model;
    private readonly Model _f32;
    private readonly ConversionResult _conversion;
    private readonly Reference _reference;
    private Signals? _signals;

    private Verifier(string onnxPath, string programPath, VerifyOptions options, IProgress<string>? progress)
    {
        _onnxPath = onnxPath;
        _programPath = programPath;
        _options = options;
        _progress = progress;
        _model = Model.Load(programPath);
        _bytes = File.ReadAllBytes(programPath);
        progress?.Report("converting the model in float32");
        var conversion = RecordedOptions.Read(_model.Program.Provenance.Options);
        _conversion = Converter.Convert(onnxPath, conversion);
        _f32 = Model.Load(_conversion.Program, "f32 program");
        RequireSameSignature();
        _reference = new Reference(onnxPath, _conversion, conversion);
    }

    /// <param name="onnxPath">The model.</param>
    /// <param name="programPath">The program that was made from it.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="EdgeSeqException">What is wrong with the files; ES0704 where the program was made from another model, or an option
    /// asks for what the data cannot show.</exception>
    public static VerifyReport Verify(string onnxPath, string programPath, VerifyOptions options, IProgress<string>? progress = null)
    {
        using var verifier = new Verifier(onnxPath, programPath, options, progress);
        return verifier.Run();
    }

    public void Dispose()
    {
        _reference.Dispose();
        _f32.Dispose();
        _model.Dispose();
    }

    private VerifyReport Run()
    {
        var extent = Extent.Of(_options.Data, _model);
        var labels = _options.Labels is string path ? LabelSet.Read(path, extent) : null;
        var outputs = Enumerable.Range(0, _model.Outputs.Count)
            .Select(i => new OutputVerification(_model, _conversion.Steps.Outputs[i], i, labels, extent.Longest)).ToArray();

        using var session = _model.CreateSession();
        using var f32Session = _f32.CreateSession();
        var index = 0;
        long firstStep = 0;
        foreach (var recording in Recordings())
        {
            _progress?.Report(string.Create(CultureInfo.InvariantCulture, $"recording {index + 1:N0} of {extent.Recordings:N0}"));
            var traces = new TracePair(recording, OutputTrace.Of(_model, session, recording), OutputTrace.Of(_f32, f32Session, recording));
            _signals ??= Signals.Of(_model, traces);
            foreach (var output in outputs)
                output.AddPrograms(traces, index, firstStep);

            if (recording.Start == 0)
                Compare(recording, traces, outputs, new Position(index, firstStep), extent);

            if (recording.IsEnd)
            {
                firstStep += recording.Start + recording.Steps;
                index++;
            }
        }

        return Report(extent, [.. outputs.Select(output => output.Report(_model.Program))]);
    }

    private IEnumerable<Recording> Recordings()
    {
        using var source = _options.Data.Open(_model);
        foreach (var recording in Recording.ReadPieces(source, _model.Inputs, PieceSteps))
            yield return recording;
    }

    private void Compare(Recording recording, TracePair traces, OutputVerification[] outputs, Position at, Extent extent)
    {
        switch (_model.Program.Mode)
        {
            case "step":
                _reference.RunSteps(recording, (step, results) => AddTicks(results, step));
                break;
            case "window":
                var window = _conversion.Steps.Outputs[0].Clock.Offset + 1;
                for (var tick = 0; tick < traces.Program.Ticks(0); tick++)
                    AddTicks(_reference.Run(recording, (int)outputs[0].StepOf(tick) - window + 1, window), tick);

                break;
            default:
                CompareStream(recording, traces, outputs, at, extent);
                break;
        }

        void AddTicks(OnnxTensor[] results, int tick)
        {
            for (var i = 0; i < outputs.Length; i++)
                outputs[i].AddTick(traces, at.Recording, at.FirstStep, tick, results[i].ToFloats());
        }
    }

    private void CompareStream(Recording recording, TracePair traces, OutputVerification[] outputs, Position at, Extent extent)
    {
        var length = _reference.OnlyLength ?? recording.Steps;
        if (length > recording.Steps)
        {
            throw new EdgeSeqException(ErrorCodes.RecordingShape,
                $"{_onnxPath} takes exactly {length} steps at once, recording {at.Recording + 1} has {recording.Steps}",
                "give recordings at least as long, or export the model with an open time axis");
        }

        var whole = _reference.Run(recording, 0, length);
        for (var i = 0; i < outputs.Length; i++)
        {
            if (_conversion.Steps.Outputs[i].TimeAxis is not null)
                outputs[i].AddWhole(traces, at.Recording, at.FirstStep, whole[i].ToFloats(), whole[i].StepShape(), length);
        }

        int[] latest = [.. Enumerable.Range(0, outputs.Length)
            .Where(i => _conversion.Steps.Outputs[i].TimeAxis is null && traces.Program.Ticks(i) > 0)];
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

    private void RequireSameSignature()
    {
        var same = _f32.Inputs.Select(input => (input.Name, input.Length))
            .SequenceEqual(_model.Inputs.Select(input => (input.Name, input.Length)))
            && _f32.Outputs.Select(output => (output.Name, output.Length))
            .SequenceEqual(_model.Outputs.Select(output => (output.Name, output.Length)));
        if (!same)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"{_programPath} was not made from {_onnxPath}: their inputs or outputs differ",
                $"it was made from {_model.Program.Provenance.OnnxFile}");
        }
    }

    private VerifyReport Report(Extent extent, VerifiedOutput[] outputs)
    {
        _progress?.Report("comparing node by node");
        return new VerifyReport
        {
            Model = _onnxPath,
            Program = _programPath,
            Data = _options.Data.Data,
            Mode = _model.Program.Mode,
            Recordings = extent.Recordings,
            Steps = extent.Steps,
            Outputs = outputs,
            Int8MacShare = MacShare.Of(_model.Program),
            Sizes = new ProgramSizes(new FileInfo(_onnxPath).Length, _conversion.Program.Length, _bytes.Length, _f32.WeightBytes,
                _model.WeightBytes),
            Nodes = NodeComparison.Run(_bytes, _conversion.Program, _options.Data),
            Failures = Thresholds.Broken(_options, outputs),
            HasThresholds = _options.HasThresholds,
            Origin = VerifyOrigin.Of(_onnxPath, _programPath, _options.Data.Path, _model),
            Signals = _signals!,
        };
    }

    private readonly record struct Position(int Recording, long FirstStep);
}
