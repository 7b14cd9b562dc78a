using System.Security.Cryptography;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>A front end's graph on its way to a step program.</summary>
internal static class FrontEndSegment
{
    /// <summary>The front end as a step graph of its own. Where frames reach behind the end of a recording, its steps know the
    /// end.</summary>
    public static StreamTransform Alone(FrontEndGraph front)
    {
        var analysis = Analysis(front);
        var transform = StreamTransform.ForStream(analysis, new StreamOptions { KeepsEnd = true }, TransferRules.Table);
        if (transform.Run([]).Outputs.TrueForAll(output => output.Tail == 0))
        {
            transform = StreamTransform.ForStream(analysis, new StreamOptions(), TransferRules.Table);
            transform.Run([]);
        }

        return transform;
    }

    /// <summary>The same as the first part of a chain.</summary>
    public static StreamTransform AsPart(FrontEndGraph front, InputRate inputRate, bool keepsEnd) => StreamTransform.ForPart(
        Analysis(front), null, new Dictionary<string, Wire>(), [], new StreamOptions { KeepsEnd = keepsEnd, InputRate = inputRate },
        TransferRules.Table, isStep: false, "");

    public static ProgramDescription Describe(FrontEnd frontEnd, FrontEndGraph graph, NodeReport[] reports, ConvertOptions options,
        StepGraph steps, string version) => new()
        {
            Name = options.Name ?? frontEnd.Name,
            Mode = "stream",
            RateHz = options.RateHz ?? frontEnd.Hz / (options.Chunk ?? 1),
            Inputs = DataDescription.Of(steps, options with { Hop = null }, isWindow: false),
            Decide = options.Decide,
            Labels = DataDescription.Labels(steps, options.Labels, null),
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

    private static Analysis Analysis(FrontEndGraph front) => Streaming.Analysis.Of(Simplification.Of(front.Graph),
        new Dictionary<string, int> { [FrontEnd.InputName] = 1 }, trialLengths: front.Lengths);
}
