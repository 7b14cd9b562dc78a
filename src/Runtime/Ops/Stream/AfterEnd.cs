using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>Passes elements on until a recording has ended; behind its last element comes what the model pads it with.</summary>
internal sealed class AfterEnd : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly int _after;
    private readonly float _value;

    public AfterEnd(OpReader reader)
    {
        var size = reader.Int("size");
        _after = reader.Int("after");
        _value = reader.Float("value");
        _x = reader.In<float>("x", size);
        _y = reader.Out<float>("y", size);
    }

    public override void Step(in Frame frame)
    {
        if (frame.Flushed > 0 && frame.Flushed > _after)
            _y.Span(frame).Fill(_value);
        else
            _x.Span(frame).CopyTo(_y.Span(frame));
    }
}
