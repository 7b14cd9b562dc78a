using EdgeSeq.Quantize.Steps.Passes;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Holds each part of a chain, alone, against ONNX Runtime on noise.</summary>
internal static class PartCheck
{
    /// <param name="alone">The part as a program of its own.</param>
    /// <param name="original">What it is held against, where that is not the graph that it was made of.</param>
    /// <param name="hop">Elements from one window to the next, where it runs on windows.</param>
    /// <returns>Outputs whose last elements, where a recording is flushed, are not the model's.</returns>
    public static IReadOnlySet<string> Run(StreamTransform alone, string name, IReadOnlyList<StatePair> states, Analysis? original = null,
        int? hop = null)
    {
        var steps = alone.Steps ?? alone.Run(states);
        StepSimplification.Apply(steps);
        var program = ProgramWriter.Write(steps, new ProgramDescription
        {
            Name = name,
            Mode = "stream",
            Provenance = new Provenance { OnnxFile = name, OnnxSha256 = "", Converter = "", Precision = "f32" },
        });
        return PrefixCheck.Run(program, original ?? alone.Analysis, steps, states, null, hop);
    }
}
