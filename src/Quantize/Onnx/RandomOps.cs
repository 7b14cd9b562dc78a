using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx;

/// <summary>Ops that draw random numbers (a decoder's noise, a sampled token, a dropout written out), which no program does.</summary>
internal static class RandomOps
{
    private static readonly HashSet<string> Names =
        ["Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike"];

    public static bool Draws(string opType) => Names.Contains(opType);

    /// <param name="subject">The node and its op, with what stands between them and the reason; empty where it is not known.</param>
    public static EdgeSeqException Refused(string subject, Exception inner) => new(ErrorCodes.NodeUnsupported,
        $"{subject}it draws random numbers; a program has no seed and gives the same outputs for the same inputs",
        "make the numbers an input of the model and draw them outside, or export what is drawn from: probabilities, a decoder's mean",
        inner);
}
