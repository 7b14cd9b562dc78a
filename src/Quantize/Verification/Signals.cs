using EdgeSeq.Quantize.Replay;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Verification;

/// <summary>The beginning of the first recording: what went in, and what came out of it at the same time.</summary>
public sealed record Signals
{
    private const int MostSteps = 4096;

    /// <summary>Steps that are shown.</summary>
    public required long Steps { get; init; }

    /// <summary>Inputs that are numbers; tokens are not.</summary>
    public required IReadOnlyList<Signal> Inputs { get; init; }

    public required IReadOnlyList<Signal> Outputs { get; init; }

    internal static Signals Of(Model model, TracePair traces)
    {
        var steps = Math.Min(MostSteps, traces.Piece.Steps);
        long[] all = [.. Enumerable.Range(0, steps)];
        return new Signals
        {
            Steps = steps,
            Inputs =
            [
                .. model.Inputs.Select((input, i) => (input, i)).Where(each => each.input.Type == ElementType.F32)
                    .Select(each => new Signal(each.input.Name, each.input.Unit, each.input.Channels, each.input.Length, all,
                        traces.Piece.Floats(each.i, 0, steps).ToArray(), default)),
            ],
            Outputs = [.. model.Outputs.Select((output, i) => Output(output, i, traces, steps, model.InputRate))],
        };
    }

    private static Signal Output(OutputInfo info, int index, TracePair traces, int steps, int inputRate)
    {
        long[] ticks = [.. Enumerable.Range(0, traces.Program.Ticks(index))
            .Select(tick => (info.Offset + (long)tick * info.Rate) / inputRate).TakeWhile(step => step < steps)];
        return new Signal(info.Name, null, info.Labels, info.Length, ticks, Values(traces.Program), Values(traces.F32));

        float[] Values(OutputTrace trace) => [.. Enumerable.Range(0, ticks.Length).SelectMany(tick => trace.At(index, tick).ToArray())];
    }
}
