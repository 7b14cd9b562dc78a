using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>A reduction over all elements of a stream so far.</summary>
/// <remarks>Sums carry a compensation (Kahan), so that they stay exact to a few bits over any length: their state is
/// [2, size], sums and compensations; the others' is [size].</remarks>
internal sealed class Running : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _accumulated;
    private readonly Target<float> _y;
    private readonly RunningFunction _function;

    public Running(OpReader reader)
    {
        var size = reader.Int("size");
        _function = reader.Choice<RunningFunction>("fn");
        _x = reader.In<float>("x", size);
        _accumulated = reader.State("acc", IsSum ? reader.Product(2, size) : size,
            _function is RunningFunction.Max or RunningFunction.Min ? StateCheck.NoNaN : StateCheck.Finite);
        _y = reader.Out<float>("y", size);
    }

    private bool IsSum => _function is RunningFunction.Sum or RunningFunction.Mean or RunningFunction.SumSquare or RunningFunction.L2;

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var accumulated = _accumulated.Span(frame);
        var y = _y.Span(frame);
        var first = frame.Tick == 0;
        for (var i = 0; i < x.Length; i++)
        {
            if (IsSum)
                Add(ref accumulated[i], ref accumulated[x.Length + i], Term(x[i]), first);
            else
                accumulated[i] = first ? x[i] : Combined(accumulated[i], x[i]);
            y[i] = Result(accumulated[i], frame.Tick + 1);
        }
    }

    private static void Add(ref float sum, ref float compensation, float term, bool first)
    {
        if (first)
            (sum, compensation) = (0, 0);
        var corrected = term - compensation;
        var next = sum + corrected;
        compensation = (next - sum) - corrected;
        sum = next;
    }

    private float Term(float x) => _function is RunningFunction.SumSquare or RunningFunction.L2 ? x * x : x;

    private float Combined(float old, float x) => _function switch
    {
        RunningFunction.Max => MathF.Max(old, x),
        RunningFunction.Min => MathF.Min(old, x),
        _ => old * x,
    };

    private float Result(float accumulated, long count) => _function switch
    {
        RunningFunction.Mean => accumulated / count,
        RunningFunction.L2 => MathF.Sqrt(accumulated),
        _ => accumulated,
    };
}
