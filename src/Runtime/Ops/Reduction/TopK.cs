using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Reduction;

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
        _outer = reader.Int("outer");
        _count = reader.Int("count");
        _inner = reader.Int("inner");
        _k = reader.Int("k", most: _count);
        _largest = reader.Flag("largest");
        _x = reader.In<float>("x", reader.Product(_outer, _count, _inner));
        _values = reader.OptionalOut<float>("values", reader.Product(_outer, _k, _inner));
        _indices = reader.OptionalOut<long>("indices", reader.Product(_outer, _k, _inner));
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
