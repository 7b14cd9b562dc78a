using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>A float program and what it gives on noise, beside which programs of the same model are put.</summary>
internal sealed class NoiseReference : IDisposable
{
    private readonly Recording _noise;
    private readonly OutputTrace _expected;

    /// <param name="f32">The float program, loaded for single steps; it is the reference's from now on.</param>
    /// <param name="domain">Where its inputs lie.</param>
    private NoiseReference(Model f32, NoiseDomain domain)
    {
        Model = f32;
        Domain = domain;
        _noise = NoiseRecording.Of(f32, domain, NoiseComparison.StepsOf(f32));
        using var session = f32.CreateSession();
        _expected = OutputTrace.Of(f32, session, _noise);
    }

    public Model Model { get; }

    public NoiseDomain Domain { get; }

    /// <param name="graph">In float.</param>
    /// <param name="f32">Its program.</param>
    /// <param name="options">Their risks tell of the inputs' units.</param>
    public static NoiseReference Of(StepGraph graph, ReadOnlyMemory<byte> f32, QuantizerOptions options) =>
        Of(f32, NoiseDomain.Of(graph, options.Risks.Scaled).WithValues(graph, f32));

    public static NoiseReference Of(ReadOnlyMemory<byte> f32, NoiseDomain domain) =>
        new(Model.LoadSingleStep(f32, "float program"), domain);

    /// <param name="actual">A program of the same model, loaded for single steps.</param>
    public NoiseReport Beside(Model actual)
    {
        using var session = actual.CreateSession();
        var errors = Model.Outputs.Select(_ => new OutputError()).ToArray();
        _expected.Beside(actual, session, _noise, (output, _, values, expected) =>
        {
            if (Model.Outputs[output].Type == ElementType.F32)
                errors[output].Add(values, expected);
        });
        return new NoiseReport(_noise.Steps,
            [.. errors.Select((error, i) => new OutputNoise(Model.Outputs[i].Name, error.SqnrDb, error.Agreement))]);
    }

    public void Dispose() => Model.Dispose();
}
