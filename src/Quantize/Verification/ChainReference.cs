using EdgeSeq.Quantize.Conversion.Chains;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>
/// ONNX Runtime on the float models of a chain, each as its file has it: the front end on the whole recording at once, then part after
/// part on all that the parts before it gave, with windows cut and states fed back as a program around ONNX Runtime would do it.
/// </summary>
internal sealed class ChainReference : IDisposable
{
    private readonly FrontEndGraph? _front;
    private readonly OrtSession? _frontSession;
    private readonly PartReference[] _parts;

    /// <param name="options">With which the program was made.</param>
    public ChainReference(ChainDerivation chain, Conversion.ConvertOptions options)
    {
        _front = chain.FrontEndGraph;
        _frontSession = _front is null ? null : OrtSession.Open(_front.Graph, optimized: false);
        _parts = [.. chain.Runs.Select(run => new PartReference(run, options, chain.Steps.InputRate))];
        Clocks = chain.Clocks;
    }

    private IReadOnlyDictionary<(string Part, string Port), Clock> Clocks { get; }

    /// <summary>Everything that every port gives for a recording, element after element.</summary>
    public ChainTrace Run(Recording recording)
    {
        var trace = new ChainTrace(Clocks);
        for (var i = 0; i < recording.Inputs.Count; i++)
            trace.Add(("", recording.Inputs[i].Name), Elements(recording, i));

        if (_front is not null)
            trace.Add((ChainSpec.FrontEndName, _front.Features.Wire), Rows(recording));

        foreach (var part in _parts)
            part.Run(recording, trace);

        return trace;
    }

    public void Dispose()
    {
        _frontSession?.Dispose();
        foreach (var part in _parts)
            part.Dispose();
    }

    private static List<float[]> Elements(Recording recording, int input) => [.. Enumerable.Range(0, recording.Steps).Select(step =>
        recording.Inputs[input].Type == ElementType.F32 ? recording.Floats(input, step, 1).ToArray()
            : recording.Ids(input, step, 1).ToArray().Select(id => (float)id).ToArray())];

    /// <summary>None where the recording is too short for the front end's first row.</summary>
    private List<float[]> Rows(Recording recording)
    {
        var samples = recording.Floats(0, 0, recording.Steps);
        var input = OnnxTensor.FromFloats(samples, 1, recording.Steps, samples.Length / recording.Steps);
        var rows = _frontSession!.Run(new Dictionary<string, OnnxTensor> { [FrontEnd.InputName] = input })[_front!.Features.Wire];
        var size = _front.Features.Element.Aggregate(1, (product, dim) => product * dim);
        return [.. rows.ToFloats().Chunk(size)];
    }
}
