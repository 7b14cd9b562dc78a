using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>A float program and what it gives on noise, beside which programs of the same model are put.</summary>
internal sealed class NoiseReference : IDisposable
{
    private readonly List<(Recording Noise, OutputTrace Expected)> _runs = [];

    /// <param name="f32">The float program, loaded for single steps; it is the reference's from now on.</param>
    /// <param name="domains">Where its inputs lie.</param>
    private NoiseReference(Model f32, IReadOnlyList<NoiseDomain> domains)
    {
        Model = f32;
        Domains = domains;
        using var session = f32.CreateSession();
        foreach (var domain in domains)
        {
            var noise = NoiseRecording.Of(f32, domain, NoiseComparison.StepsOf(f32));
            _runs.Add((noise, OutputTrace.Of(f32, session, noise)));
        }
    }

    public Model Model { get; }

    /// <summary>Each is judged by itself.</summary>
    public IReadOnlyList<NoiseDomain> Domains { get; }

    /// <param name="graph">In float.</param>
    /// <param name="f32">Its program.</param>
    /// <param name="options">Their risks tell of the inputs' units.</param>
    public static NoiseReference Of(StepGraph graph, ReadOnlyMemory<byte> f32, QuantizerOptions options) =>
        Of(f32, NoiseDomain.AllOf(graph, f32, options.Risks.Scaled));

    public static NoiseReference Of(ReadOnlyMemory<byte> f32, IReadOnlyList<NoiseDomain> domains) =>
        new(Model.LoadSingleStep(f32, "float program"), domains);

    /// <param name="actual">A program of the same model, loaded for single steps.</param>
    public NoiseReport Beside(Model actual)
    {
        using var session = actual.CreateSession();
        var errors = _runs.Select(run => Errors(actual, session, run.Noise, run.Expected)).ToArray();
        return new NoiseReport(_runs.Sum(run => run.Noise.Steps),
            [.. Model.Outputs.Select((output, i) => new OutputNoise(output.Name, errors.Min(run => run[i].SqnrDb),
                errors.Min(run => run[i].Agreement)))]);
    }

    public void Dispose() => Model.Dispose();

    private OutputError[] Errors(Model actual, Session session, Recording noise, OutputTrace expected)
    {
        var errors = Model.Outputs.Select(_ => new OutputError()).ToArray();
        expected.Beside(actual, session, noise, (output, _, values, reference) =>
        {
            if (Model.Outputs[output].Type == ElementType.F32)
                errors[output].Add(values, reference);
        });
        return errors;
    }
}
