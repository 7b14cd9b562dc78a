using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>Keeps one element of a stream from the tick at which it comes.</summary>
internal sealed class Latch : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _held;
    private readonly Target<float> _y;
    private readonly int _index;

    public Latch(OpReader reader)
    {
        var size = reader.Int("size");
        _index = reader.Int("index");
        _x = reader.In<float>("x", size);
        _held = reader.State("held", size, StateCheck.Finite);
        _y = reader.Out<float>("y", size);
    }

    public override void Step(in Frame frame)
    {
        if (frame.Tick == _index)
            _x.Span(frame).CopyTo(_held.Span(frame));
        _held.Span(frame).CopyTo(_y.Span(frame));
    }
}
