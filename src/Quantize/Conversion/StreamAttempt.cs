using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Ops;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>One try at streaming a graph along one choice of time axes.</summary>
internal sealed record StreamAttempt(StreamTransform? Transform, EdgeSeqException? Refused, bool Accepted, int Progress)
{
    public static StreamAttempt Run(OnnxGraph graph, TimeAxisCandidate candidate, StreamOptions options)
    {
        StreamTransform? transform = null;
        try
        {
            transform = StreamTransform.ForStream(Analysis.Of(graph, candidate.Axes), options, OpTable.Default);
            transform.Run([]);
            bool plausible = candidate.Named || !transform.TimeIsBatchOfRecurrence;
            return new StreamAttempt(transform, plausible ? null : WrongAxis(candidate), plausible, transform.Progress);
        }
        catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported || transform is null)
        {
            return new StreamAttempt(transform, refused, false, transform?.Progress ?? 0);
        }
    }

    private static EdgeSeqException WrongAxis(TimeAxisCandidate candidate) => new(ErrorCodes.TimeAxisUnknown,
        $"axis {candidate.Axes.First().Value} of '{candidate.Axes.First().Key}' is the batch axis of a recurrent layer, not time", "name the time axis with --time-axis INPUT=AXIS");
}
