using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>Rows by index: y [outer, indices, inner] from data [outer, rows, inner].</summary>
internal sealed class Gather<T> : StepOp
    where T : unmanaged
{
    private readonly Source<T> _data;
    private readonly Source<long> _indices;
    private readonly Target<T> _y;

    /// <summary>Constant indices are taken apart once.</summary>
    private readonly (int First, int Count)[]? _runs;
    private readonly int _outer;
    private readonly int _rows;
    private readonly int _inner;

    public Gather(OpReader reader)
    {
        _outer = reader.Int("outer");
        _rows = reader.Int("rows");
        _inner = reader.Int("inner");
        _data = reader.In<T>("data", reader.Product(_outer, _rows, _inner));
        _indices = reader.In<long>("indices", reader.InLength("indices"));
        _y = reader.Out<T>("y", reader.Product(_outer, _indices.Length, _inner));
        _runs = _indices.IsConstant ? RunsOf(_indices.Span(default)) : null;
    }

    public override void Step(in Frame frame)
    {
        var data = _data.Span(frame);
        var y = _y.Span(frame);
        for (var o = 0; o < _outer; o++)
        {
            var rows = data.Slice(o * _rows * _inner, _rows * _inner);
            if (_runs is not null)
            {
                foreach (var run in _runs)
                    y = Copy(rows, run, y);
                continue;
            }

            for (var indices = _indices.Span(frame); !indices.IsEmpty;)
                y = Copy(rows, NextRun(ref indices), y);
        }
    }

    private (int First, int Count)[] RunsOf(ReadOnlySpan<long> indices)
    {
        var runs = new List<(int, int)>();
        while (!indices.IsEmpty)
            runs.Add(NextRun(ref indices));
        return [.. runs];
    }

    /// <summary>The rows that the next indices lead to, as many as lie one after another.</summary>
    private (int First, int Count) NextRun(ref ReadOnlySpan<long> indices)
    {
        var first = Indices.Wrapped(indices[0], _rows);
        var most = Math.Min(indices.Length, _rows - first);
        var count = 1;
        while (count < most && indices[count] == first + count)
            count++;
        indices = indices[count..];
        return (first, count);
    }

    /// <returns>What is left of y.</returns>
    private Span<T> Copy(ReadOnlySpan<T> rows, (int First, int Count) run, Span<T> y)
    {
        rows.Slice(run.First * _inner, run.Count * _inner).CopyTo(y);
        return y[(run.Count * _inner)..];
    }
}
