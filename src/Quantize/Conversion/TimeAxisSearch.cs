using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Decides between the axes that may be time by trying to stream along them.</summary>
internal static class TimeAxisSearch
{
    /// <summary>
    /// The first axes along which the graph streams and keeps a state; else the first along which it streams; else the refusal that got
    /// furthest is the one to tell.
    /// </summary>
    public static StreamTransform Stream(OnnxGraph graph, IReadOnlyList<TimeAxisCandidate> candidates, StreamOptions options)
    {
        var attempts = new List<StreamAttempt>();
        foreach (var candidate in candidates)
        {
            var attempt = StreamAttempt.Run(graph, candidate, options);
            if (attempt.IsCertain)
                return attempt.Transform!;

            attempts.Add(attempt);
        }

        return attempts.FirstOrDefault(attempt => attempt.Refused is null)?.Transform
            ?? throw Furthest(graph, candidates, attempts)
            ?? new EdgeSeqException(ErrorCodes.TimeAxisUnknown, "no input has an axis that may be time",
                TypedHints.TimeAxis(graph));
    }

    /// <summary>For a graph that need not stream: the axes along which it gets furthest.</summary>
    /// <param name="length">Fixed axes must have this size; null where any will do.</param>
    public static TimeAxisCandidate Window(OnnxGraph graph, IEnumerable<TimeAxisCandidate> candidates, int? length)
    {
        var fitting = candidates.Where(candidate => length is null || SizeOf(graph, candidate) is null
            || SizeOf(graph, candidate) == length)
            .ToArray();
        return fitting.Length == 1
            ? fitting[0]
            : (Usual(fitting) is [var only] ? only : fitting.MaxBy(candidate => Reached(graph, candidate)))
                ?? throw new EdgeSeqException(ErrorCodes.TimeAxisUnknown, length is null ? "no input has an axis that may be time"
                : $"no input has an open axis or one of size {length}",
                    TypedHints.TimeAxis(graph));
    }

    public static long? SizeOf(OnnxGraph graph, TimeAxisCandidate candidate)
    {
        var (name, axis) = candidate.Axes.First();
        return graph.Inputs.First(input => input.Name == name).Dims![axis].Size;
    }

    /// <summary>The refusal that got furthest; its hint says the window's length where the model fixes it. What is wrong with the file
    /// itself explains more.</summary>
    private static EdgeSeqException? Furthest(OnnxGraph graph, IReadOnlyList<TimeAxisCandidate> candidates, List<StreamAttempt> attempts)
    {
        var furthest = attempts.MaxBy(attempt => attempt.Progress);
        if (furthest?.Transform is { } transform)
            FirstElementCheck.Run(transform.Analysis);
        return furthest?.Refused is { Hint: Refusal.UseWindow } refused
            && SizeOf(graph, candidates[attempts.IndexOf(furthest)]) is long length
            ? new EdgeSeqException(refused.Code, refused.Message, TypedHints.Window((int)length), refused)
            : furthest?.Refused;
    }

    /// <summary>Those that are more than a guess that a recurrent layer might confirm.</summary>
    private static TimeAxisCandidate[] Usual(TimeAxisCandidate[] candidates) =>
        [.. candidates.Where(candidate => candidate.Proof != TimeAxisProof.Recurrence)];

    private static int Reached(OnnxGraph graph, TimeAxisCandidate candidate)
    {
        var attempt = StreamAttempt.Run(graph, candidate, new StreamOptions());
        return attempt.IsCertain ? int.MaxValue : attempt.Progress;
    }
}
