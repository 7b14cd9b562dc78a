using System.Globalization;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Verification;

/// <summary>Compares a program with ONNX Runtime on what it was made from, and with the f32 program of the same, on recordings. What
/// follows the first piece of a long recording is compared with the f32 program only.</summary>
public sealed class Verifier : IDisposable
{
    private readonly string _programPath;
    private readonly byte[] _bytes;
    private readonly VerifyOptions _options;
    private readonly IProgress<string>? _progress;
    private readonly Model _model;
    private readonly Model _f32;
    private readonly Original _original;
    private Signals? _signals;

    private Verifier(VerifySubject subject, string programPath, VerifyOptions options, IProgress<string>? progress)
    {
        _programPath = programPath;
        _options = options;
        _progress = progress;
        _model = Model.LoadSingleStep(programPath);
        _bytes = File.ReadAllBytes(programPath);
        progress?.Report("converting in float32");
        _original = subject.Open(_model.Program.Provenance, progress);
        _f32 = Model.LoadSingleStep(_original.Conversion.FloatProgram, "f32 program");
        RequireSameSignature();
    }

    /// <param name="onnxPath">The model.</param>
    /// <param name="programPath">The program that was made from it.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="EdgeSeqException">What is wrong with the files; ES0704 where the program was made from another model, or an option
    /// asks for what the data cannot show.</exception>
    public static VerifyReport Verify(string onnxPath, string programPath, VerifyOptions options, IProgress<string>? progress = null) =>
        Verify(new VerifySubject { Models = [onnxPath] }, programPath, options, progress);

    /// <summary>The same for chains and front ends.</summary>
    public static VerifyReport Verify(VerifySubject subject, string programPath, VerifyOptions options, IProgress<string>? progress = null)
    {
        using var verifier = new Verifier(subject, programPath, options, progress);
        return verifier.Run();
    }

    public void Dispose()
    {
        _original.Dispose();
        _f32.Dispose();
        _model.Dispose();
    }

    private VerifyReport Run()
    {
        var extent = Extent.Of(_options.Data, _model);
        var labels = _options.Labels is string path ? LabelSet.Read(path, extent) : null;
        var outputs = Enumerable.Range(0, _model.Outputs.Count)
            .Select(i => new OutputVerification(_model, _original.Conversion.Steps.Outputs[i], i, labels, extent.Longest)).ToArray();

        using var session = _model.CreateSession();
        using var f32Session = _f32.CreateSession();
        var index = 0;
        long firstStep = 0;
        Timeline? timeline = null;
        foreach (var recording in Recordings())
        {
            _progress?.Report(string.Create(CultureInfo.InvariantCulture, $"recording {index + 1:N0} of {extent.Recordings:N0}"));
            var traces = new TracePair(recording, OutputTrace.Of(_model, session, recording), OutputTrace.Of(_f32, f32Session, recording));
            _signals ??= Signals.Of(_model, traces);
            foreach (var output in outputs)
                output.AddPrograms(traces, index, firstStep);

            if (recording.Start == 0)
            {
                var between = _original.Compare(recording, traces, outputs, new RecordingPosition(index, firstStep), extent);
                timeline ??= new TimelineBuilder(_model, recording, traces.Program)
                    .Build(between is null ? [] : _original.Features(between), _options.Data.Hop, _original.IsSamples);
            }

            if (recording.IsEnd)
            {
                firstStep += recording.Start + recording.Steps;
                index++;
            }
        }

        return Report(extent, timeline, [.. outputs.Select(output => output.Report(_model.Program))]);
    }

    private IEnumerable<Recording> Recordings()
    {
        using var source = _options.Data.Open(_model);
        foreach (var recording in Recording.ReadPieces(source, _model.Inputs, _original.PieceSteps))
            yield return recording;
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
                $"{_programPath} was not made from {_original.Name}: their inputs or outputs differ",
                $"it was made from {_model.Program.Provenance.OnnxFile}");
        }
    }

    private VerifyReport Report(Extent extent, Timeline? timeline, VerifiedOutput[] outputs)
    {
        _progress?.Report("comparing node by node");
        return new VerifyReport
        {
            Model = _original.Name,
            Program = _programPath,
            Data = _options.Data.Path,
            Mode = _model.Program.Mode,
            Recordings = extent.Recordings,
            Steps = extent.Steps,
            Outputs = outputs,
            Int8MacShare = MacShare.Of(_model.Program),
            Sizes = new ProgramSizes(_original.Bytes, _original.Conversion.Program.Length, _bytes.Length, _f32.WeightBytes,
                _model.WeightBytes),
            Nodes = NodeComparison.Run(_bytes, _original.Conversion.Program, _options.Data),
            Timeline = timeline,
            Failures = Thresholds.Broken(_options, outputs),
            HasThresholds = _options.HasThresholds,
            Origin = VerifyOrigin.Of(_original.Files, _programPath, _options.Data.Path, _model),
            Signals = _signals!,
        };
    }
}
