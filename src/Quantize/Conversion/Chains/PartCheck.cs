using EdgeSeq.Quantize.Steps.Passes;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Holds each part of a chain, alone, against ONNX Runtime on noise.</summary>
internal static class PartCheck
{
    /// <param name="alone">The part as a program of its own.</param>
    /// <returns>Outputs whose last elements, where a recording is flushed, are not the model's.</returns>
    public static IReadOnlySet<string> Run(StreamTransform alone, string name, IReadOnlyList<StatePair> states)
    {
        var steps = alone.Steps ?? alone.Run(states);
        StepSimplification.Apply(steps);
        var program = ProgramWriter.Write(steps, new ProgramDescription
        {
            Name = name,
            Mode = "stream",
            Provenance = new Provenance { OnnxFile = name, OnnxSha256 = "", Converter = "", Precision = "f32" },
        });
        return PrefixCheck.Run(program, alone.Analysis, steps, states, null);
    }
}
