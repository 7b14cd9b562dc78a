using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>What a state of a recurrence holds before its first element: a constant, or a value that is known by then.</summary>
internal static class InitialValue
{
    /// <summary>A value that is the same for the whole recording and may start a state.</summary>
    public static bool Starts(Wire? wire) => wire is LatestWire { Invariant: true };

    /// <summary>Sets the state to a computed value at the first tick.</summary>
    /// <param name="c">At the clock of the recurrence, which ticks no sooner than the value is known.</param>
    public static void Set(Lowering c, StepValue state, StepValue initial)
    {
        var count = c.New([1], name: $"{state.Name}.count");
        c.Add("StepCount", [], [count.Value]);
        var first = StepArithmetic.Binary(c, "Less", count, StepArithmetic.Scalar(c.Clock.Offset + 1.5f));
        var y = c.New([state.Length], state.Type, $"{state.Name}.start");
        c.Add("Where", [first.Value, initial.View([state.Length]), state.View([state.Length])], [y.Value],
            ("shape", new[] { state.Length }), ("cStrides", new[] { 0 }), ("aStrides", new[] { 1 }), ("bStrides", new[] { 1 }));
        c.Graph.AddCopy($"{state.Name}.start", c.Clock, y.Value!, state);
    }
}
