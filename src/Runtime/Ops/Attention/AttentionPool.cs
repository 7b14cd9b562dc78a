using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Attention;

/// <summary>Softmax over all ticks so far as weights of a sum: y[h, :] = Σ softmax(score[h]) · value[h, :], one element at a time.
/// The state is [heads, 2 + size]: largest score, sum of weights, weighted sum.</summary>
internal sealed class AttentionPool : StepOp
{
    private readonly Source<float> _score;
    private readonly Source<float> _value;
    private readonly Target<float> _state;
    private readonly Target<float> _y;
    private readonly Scratch<float> _factors;
    private readonly int _heads;
    private readonly int _size;

    public AttentionPool(OpReader reader)
    {
        _heads = reader.Int("heads");
        _size = reader.Int("size");
        _score = reader.In<float>("score", _heads);
        _value = reader.In<float>("value", reader.Product(_heads, _size));
        _state = reader.State("acc", reader.Product(_heads, _size) + (2 * _heads), StateCheck.NoNaN);
        _y = reader.Out<float>("y", _value.Length);
        _factors = reader.Scratch<float>(2);
    }

    public override void Step(in Frame frame)
    {
        for (var head = 0; head < _heads; head++)
        {
            Add(
                _score.Span(frame)[head],
                _value.Span(frame).Slice(head * _size, _size),
                _state.Span(frame).Slice(head * (_size + 2), _size + 2),
                _factors.Span(frame),
                frame.Tick == 0,
                _y.Span(frame).Slice(head * _size, _size));
        }
    }

    private static void Add(float score, ReadOnlySpan<float> value, Span<float> state, Span<float> factors, bool first, Span<float> y)
    {
        var largest = first ? score : MathF.Max(state[0], score);
        // What the old sums and the new element weigh against the largest score so far; nothing where a mask has left out all of them.
        var isMasked = float.IsNegativeInfinity(largest);
        factors[0] = first || isMasked ? float.NegativeInfinity : state[0] - largest;
        factors[1] = isMasked ? float.NegativeInfinity : score - largest;
        KernelSets.Active.Unary(UnaryFunction.Exp, factors, factors);
        var sums = state[2..];
        state[0] = largest;
        state[1] = MathF.FusedMultiplyAdd(state[1], factors[0], factors[1]);
        for (var i = 0; i < value.Length; i++)
        {
            sums[i] = MathF.FusedMultiplyAdd(sums[i], factors[0], value[i] * factors[1]);
            y[i] = isMasked ? 0 : sums[i] / state[1];
        }
    }
}
