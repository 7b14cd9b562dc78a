namespace EdgeSeq.Runtime.Ops;

/// <summary>The k largest (or smallest) of count elements along the middle axis, best first, the lower index first among equals.</summary>
internal sealed class TopK : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _values;
    private readonly Target<long> _indices;
    private readonly Scratch<bool> _taken;
    private readonly int _outer;
    private readonly int _count;
    private readonly int _inner;
    private readonly int _k;
    private readonly bool _largest;

    public TopK(OpReader reader)
    {
        _outer = reader.Size("outer", 1);
        _count = reader.Size("count");
        _inner = reader.Size("inner", 1);
        _k = reader.Int("k", 1, _count);
        _largest = reader.Flag("largest", fallback: true);
        _x = reader.In<float>(0, reader.Product(_outer, _count, _inner));
        _values = reader.OptionalOut<float>(0, reader.Product(_outer, _k, _inner));
        _indices = reader.OptionalOut<long>(1, reader.Product(_outer, _k, _inner));
        _taken = reader.Scratch<bool>(_count);
    }

    public override void Step(in Frame frame)
    {
        for (var outer = 0; outer < _outer; outer++)
        {
            for (var inner = 0; inner < _inner; inner++)
                Rank(frame, (outer * _count * _inner) + inner, (outer * _k * _inner) + inner);
        }
    }

    private void Rank(in Frame frame, int source, int target)
    {
        var x = _x.Span(frame);
        var taken = _taken.Span(frame);
        taken.Clear();
        for (var rank = 0; rank < _k; rank++)
        {
            var best = Best(x[source..], taken);
            taken[best] = true;
            if (_values.Exists)
                _values.Span(frame)[target + (rank * _inner)] = x[source + (best * _inner)];
            if (_indices.Exists)
                _indices.Span(frame)[target + (rank * _inner)] = best;
        }
    }

    private int Best(ReadOnlySpan<float> x, ReadOnlySpan<bool> taken)
    {
        var best = taken.IndexOf(false);
        for (var i = best + 1; i < _count; i++)
        {
            if (taken[i])
                continue;
            var (candidate, leader) = (x[i * _inner], x[best * _inner]);
            if (_largest ? candidate > leader : candidate < leader)
                best = i;
        }

        return best;
    }
}
