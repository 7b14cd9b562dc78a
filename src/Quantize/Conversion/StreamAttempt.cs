using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>One try at streaming a graph along one choice of time axes.</summary>
/// <param name="Refused">Why the graph does not stream along them; null where it does.</param>
/// <param name="Progress">Nodes that streamed; -1 where these axes are not time or were only a guess, which explains less than a node's
/// refusal.</param>
internal sealed record StreamAttempt(StreamTransform? Transform, EdgeSeqException? Refused, int Progress)
{
    /// <summary>The graph streams and keeps something from step to step, or the axes are known to be time.</summary>
    public bool IsCertain { get; private init; }

    public static StreamAttempt Run(OnnxGraph graph, TimeAxisCandidate candidate, StreamOptions options)
    {
        StreamTransform? transform = null;
        try
        {
            var bound = BranchesOfOneRow.Decide(SequenceLengths.Bind(graph, candidate.Axes), candidate.Axes);
            var analysis = Analysis.Of(bound, candidate.Axes,
                trialLengths: candidate.Proof == TimeAxisProof.Recurrence ? Analysis.FewElements : null);
            transform = StreamTransform.RunStream(analysis, options with { KeepsEnd = true }, TransferRules.Table,
                trying => transform = trying);
            var steps = transform.Steps!;
            if (steps.Outputs.TrueForAll(output => output.Tail == 0))
            {
                // Nothing comes behind the end: no step need know where it is.
                transform = StreamTransform.ForStream(analysis, transform.Options with { KeepsEnd = false }, TransferRules.Table);
                steps = transform.Run([]);
            }

            var hasState = steps.Nodes.Any(node => node.Inputs.Any(value => value?.Place == ValuePlace.State));

            // A layer among the bands of each element takes time as its batch; one that runs along time beside it decides.
            var isBatch = transform.TimeIsBatchOfRecurrence && !transform.TimeIsOfRecurrence;
            var believed = candidate.Proof switch
            {
                TimeAxisProof.None => true,
                TimeAxisProof.Recurrence => transform.TimeIsOfRecurrence,
                TimeAxisProof.State => hasState && !isBatch,
                _ => !isBatch,
            };
            return believed
                ? new StreamAttempt(transform, null, transform.Progress) { IsCertain = hasState || candidate.Proof == TimeAxisProof.None }
                : new StreamAttempt(transform, NotTime(graph, candidate), -1);
        }
        catch (EdgeSeqException refused) when (refused.ExitCode == ExitCode.Unsupported || transform is null)
        {
            return new StreamAttempt(transform, refused, candidate.Proof == TimeAxisProof.Recurrence ? -1 : transform?.Progress ?? 0);
        }
    }

    private static EdgeSeqException NotTime(OnnxGraph graph, TimeAxisCandidate candidate) => new(ErrorCodes.TimeAxisUnknown,
        $"axis {candidate.Axes.First().Value} of '{candidate.Axes.First().Key}' looks like a batch axis, not time: "
            + "nothing is carried along it from element to element",
        TypedHints.TimeAxis(graph, candidate.Axes));
}
