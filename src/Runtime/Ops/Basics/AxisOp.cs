namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>An op along the middle axis of x [outer, count, inner]: hands each vector along the axis to <see cref="Run"/>,
/// contiguous.</summary>
internal abstract class AxisOp : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Scratch<float> _vector;
    private readonly Scratch<float> _result;
    private readonly int _outer;
    private readonly int _inner;
    private readonly int _results;

    /// <param name="reader">The op's reader.</param>
    /// <param name="reduces">Whether a vector gives one result instead of one for each element.</param>
    protected AxisOp(OpReader reader, bool reduces)
    {
        _outer = reader.Int("outer");
        Count = reader.Int("count");
        _inner = reader.Int("inner");
        _results = reduces ? 1 : Count;
        _x = reader.In<float>("x", reader.Product(_outer, Count, _inner));
        _y = reader.Out<float>("y", reader.Product(_outer, _results, _inner));
        _vector = reader.Scratch<float>(Count);
        _result = reader.Scratch<float>(_results);
    }

    protected int Count { get; }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        if (_inner == 1 && TryRun(x, y))
            return;
        var vector = _vector.Span(frame);
        var result = _result.Span(frame);
        for (var outer = 0; outer < _outer; outer++)
        {
            for (var inner = 0; inner < _inner; inner++)
            {
                Gather(x[((outer * Count * _inner) + inner)..], vector);
                if (_inner == 1)
                {
                    Run(vector, y.Slice(outer * _results, _results));
                    continue;
                }

                Run(vector, result);
                Scatter(result, y[((outer * _results * _inner) + inner)..]);
            }
        }
    }

    /// <summary>All vectors at once where they lie one after another, if the op can do that.</summary>
    /// <param name="x">[outer, count].</param>
    /// <param name="y">[outer, results].</param>
    protected virtual bool TryRun(ReadOnlySpan<float> x, Span<float> y) => false;

    /// <summary>One vector [count]; may be overwritten.</summary>
    protected abstract void Run(Span<float> vector, Span<float> result);

    private void Gather(ReadOnlySpan<float> x, Span<float> vector)
    {
        if (_inner == 1)
        {
            x[..vector.Length].CopyTo(vector);
            return;
        }

        for (var i = 0; i < vector.Length; i++)
            vector[i] = x[i * _inner];
    }

    private void Scatter(ReadOnlySpan<float> result, Span<float> y)
    {
        for (var i = 0; i < result.Length; i++)
            y[i * _inner] = result[i];
    }
}
