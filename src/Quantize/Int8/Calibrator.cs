using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Replays recordings through an int8 program, step by step with its own quantised state fed back, and gathers statistics of what every
/// weight matrix multiplies. Memory does not depend on the length of the recordings.
/// </summary>
internal static class Calibrator
{
    /// <summary>Wider matrices get no covariances: they would take columns² numbers.</summary>
    public const int MaxMomentColumns = 2048;

    /// <summary>Steps whose covariances are gathered: so many for each column of the widest matrix, but not below the minimum.
    /// More would only cost time.</summary>
    private const int MomentStepsPerColumn = 64, MinMomentSteps = 1 << 14;

    /// <param name="graph">An int8 graph.</param>
    /// <param name="candidates">Static scales to try, where there are any.</param>
    /// <param name="recordings">At least one step.</param>
    /// <param name="progress">Steps done and steps in all, where known.</param>
    /// <returns>Statistics for each weight matrix, by the index of its node.</returns>
    /// <exception cref="EdgeSeqException">ES0303: there is no step to learn from.</exception>
    public static Dictionary<(int Node, WeightSlot Slot), ActivationStatistics> Observe(
        StepGraph graph,
        IReadOnlyDictionary<(int Node, WeightSlot Slot), IReadOnlyList<StaticRange>> candidates,
        ProgramDescription description,
        RecordingSet recordings,
        Action<long, long?>? progress)
    {
        var program = ProgramWriter.Write(graph, description);
        var spec = ProbedProgram.SpecOf(program, description.Name);
        var taps = new List<Tap>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var slot in WeightSlot.Of(graph.Nodes[i]))
            {
                taps.Add(new Tap(i, graph.Nodes[i], slot, MatrixVectors.Of(graph.Nodes[i], slot, spec.Ops[i], spec),
                    candidates.GetValueOrDefault((i, slot), [])));
            }
        }

        using var probed = ProbedProgram.Of(program, description.Name, [.. taps.Select(tap => tap.Vectors.Value)]);
        var stride = MomentStride(probed, recordings, taps);
        long steps = 0;
        Replayer.Run(
            probed.Model,
            recordings,
            session =>
            {
                var addMoments = steps++ % stride == 0;
                foreach (var tap in taps.Where(tap => tap.Node.Clock.TicksAt(session.StepCount - 1)))
                    tap.Vectors.Visit(probed, session, vector => tap.Statistics.Add(vector, addMoments));
            },
            progress: progress);
        return steps > 0
            ? taps.ToDictionary(tap => (tap.Index, tap.Slot), tap => tap.Statistics)
            : throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{recordings.Data} has no step to calibrate with");
    }

    /// <summary>Every how many steps covariances are gathered; odd, so as not to beat with recordings of even length.</summary>
    private static long MomentStride(ProbedProgram probed, RecordingSet recordings, List<Tap> taps)
    {
        using var source = recordings.Open(probed.Model);
        var columns = taps.Where(tap => tap.Statistics.Moments is not null).Select(tap => tap.Vectors.Columns).DefaultIfEmpty(1).Max();
        var wanted = Math.Max(MinMomentSteps, (long)MomentStepsPerColumn * columns);
        return (source.Steps ?? 0) / wanted | 1;
    }

    private sealed record Tap(int Index, StepNode Node, WeightSlot Slot, MatrixVectors Vectors, IReadOnlyList<StaticRange> Candidates)
    {
        public ActivationStatistics Statistics { get; } = new(
            Vectors.Columns, Vectors.Columns <= MaxMomentColumns && Node.Inputs[Slot.Weights]!.Layout!.Groups == 1, Candidates,
            hasZeroPoint: Slot.Shift is int shift && Node.Inputs[shift] is not null);
    }
}
