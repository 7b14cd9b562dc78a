using System.Security.Cryptography;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>A front end's graph on its way to a step program.</summary>
internal static class FrontEndSegment
{
    /// <param name="start">How the transform begins.</param>
    public static StreamTransform Transform(FrontEndGraph front, Func<Analysis, StreamOptions, OpTable, StreamTransform> start)
    {
        var axes = new Dictionary<string, int> { [FrontEnd.InputName] = 1 };
        var analysis = Analysis.Of(Simplification.Of(front.Graph), axes, trialLengths: front.Lengths);
        return start(analysis, new StreamOptions(), TransferRules.Table);
    }

    public static ProgramDescription Describe(FrontEnd frontEnd, FrontEndGraph graph, NodeReport[] reports, ConvertOptions options,
        string version) => new()
        {
            Name = options.Name ?? frontEnd.Name,
            Mode = "stream",
            RateHz = options.RateHz ?? frontEnd.Hz / (options.Chunk ?? 1),
            Decide = options.Decide,
            Labels = options.Labels?.ToArray(),
            Nodes = reports,
            Provenance = new Provenance
            {
                OnnxFile = frontEnd.Text,
                OnnxSha256 = Convert.ToHexStringLower(SHA256.HashData(OnnxWriter.ToBytes(graph.Graph))),
                Converter = $"edgeseq-convert {version}",
                Precision = "f32",
                Options = RecordedOptions.Write(options),
            },
        };
}
