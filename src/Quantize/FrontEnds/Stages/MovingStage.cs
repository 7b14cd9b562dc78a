namespace EdgeSeq.Quantize.FrontEnds.Stages;

/// <summary>Statistics of each channel over the last samples: <c>mean</c>, <c>std</c>, <c>var</c>, <c>min</c>, <c>max</c>, <c>rms</c>,
/// <c>sum</c>.</summary>
/// <param name="Stats">One after the other in the output.</param>
/// <param name="Hop">Samples from one output to the next.</param>
/// <param name="Ddof">Deviation and variance divide by the number of samples less this.</param>
/// <param name="Grows">The first outputs are of the samples so far; else the first output waits for a whole window.</param>
internal sealed record MovingStage(string[] Stats, int Window, int Hop, int Ddof, bool Grows) : FrontEndStage
{
    /// <summary>Beyond every sample.</summary>
    private const double Huge = 1e30;

    public override (int Span, int Hop) Reach => (Window, Hop);

    public override Signal Build(GraphScope g, Signal x)
    {
        if (x.Kind == SignalKind.Samples && x.Chunk > 1)
            throw FrontEndErrors.Invalid($"statistics take one sample a step, and a step has {x.Chunk}", "leave --chunk out");

        if (Grows && Hop != 1)
            throw FrontEndErrors.Invalid("windows that grow at the start and a hop", "a hop of 1, or whole windows");

        var size = x.Element[^1];
        var (samples, present, count) = Grows ? Growing(g, x, size)
            : (SampleFrames.Elements(g, x, Window, Hop, 0), null, g.Number(Window));
        string[] parts = [.. Stats.Select(stat => Of(g, stat, samples, present, count))];
        return new Signal(parts.Length == 1 ? parts[0] : g.Concat(2, parts), [size * parts.Length], SignalKind.Channels, x.Hz / Hop);
    }

    /// <summary>A channel of ones beside the others, zero before the start, says which samples there are.</summary>
    private (string Samples, string? Present, string Count) Growing(GraphScope g, Signal x, int size)
    {
        var one = g.Plus(g.Times(g.Slice(x.Wire, 2, 0, 1), g.Number(0)), g.Number(1));
        var both = x with { Wire = g.Concat(2, x.Wire, one), Element = [size + 1] };
        var all = SampleFrames.Elements(g, both, Window, 1, Window - 1);
        string samples = g.Slice(all, 3, 0, size), present = g.Slice(all, 3, size, size + 1);
        return (samples, present, g.Reduce("ReduceSum", present, 2, keep: false));
    }

    private string Of(GraphScope g, string stat, string samples, string? present, string count) => stat switch
    {
        "sum" => g.Reduce("ReduceSum", samples, 2, keep: false),
        "mean" => g.Over(g.Reduce("ReduceSum", samples, 2, keep: false), count),
        "rms" => g.Add("Sqrt", [g.Over(g.Reduce("ReduceSumSquare", samples, 2, keep: false), count)]),
        "var" => Variance(g, samples, present, count),
        "std" => g.Add("Sqrt", [Variance(g, samples, present, count)]),
        "min" => g.Reduce("ReduceMin", Absent(g, samples, present, Huge), 2, keep: false),
        "max" => g.Reduce("ReduceMax", Absent(g, samples, present, -Huge), 2, keep: false),
        _ => throw FrontEndErrors.Invalid($"there is no statistic '{stat}'", "mean, std, var, min, max, rms or sum"),
    };

    /// <summary>Of the differences from the mean: the difference of two sums of squares would lose what is small beside the mean.</summary>
    private string Variance(GraphScope g, string samples, string? present, string count)
    {
        var sum = g.Reduce("ReduceSum", samples, 2, keep: true);
        var mean = present is null ? g.Over(sum, count) : g.Over(sum, g.Add("Unsqueeze", [count, g.Vector(2)]));
        var away = g.Minus(samples, mean);
        var squares = g.Reduce("ReduceSumSquare", present is null ? away : g.Times(away, present), 2, keep: false);
        return g.Over(squares, g.Add("Max", [g.Plus(count, g.Number(-Ddof)), g.Number(1)]));
    }

    private static string Absent(GraphScope g, string samples, string? present, double value) => present is null ? samples
        : g.Add("Where", [g.Add("Greater", [present, g.Number(0)]), samples, g.Number(value)]);
}
