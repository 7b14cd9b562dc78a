using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Says in a line what an ONNX node became.</summary>
internal static class NodeReports
{
    public static NodeReport Of(OnnxNode node, IEnumerable<Wire?> outputs) => new()
    {
        Name = node.Name,
        OpType = node.OpType,
        Became = string.Join("; ", outputs.OfType<Wire>().Select(Describe).Distinct()),
    };

    private static string Describe(Wire wire) => wire switch
    {
        ConstantWire { VariesWithTime: true } => "constant, evaluated for every length",
        ConstantWire => "constant",
        StreamWire stream => $"stream{At(stream.Clock)}",
        LatestWire latest => $"latest{At(latest.Clock)}",
        KeyMaskWire => "part of attention",
        MovedWire => "part of a reduction over time",
        CacheWire => "part of what attention keeps",
        ScoresWire => "part of attention",
        TimeSoftmaxWire => "part of attention pooling",
        _ => wire.GetType().Name,
    };

    private static string At(Clock clock) =>
        (clock.Rate > 1 ? $", every {clock.Rate} steps" : "") + (clock.Offset > 0 ? $", delay {clock.Offset}" : "");
}
