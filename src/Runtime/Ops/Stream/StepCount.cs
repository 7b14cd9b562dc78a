using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>The number of steps including this one, scaled: what depends on the length of the sequence in closed form.</summary>
internal sealed class StepCount : StepOp
{
    private readonly Target<float> _y;
    private readonly float _scale;
    private readonly float _offset;

    public StepCount(OpReader reader)
    {
        _scale = reader.Float("scale");
        _offset = reader.Float("offset");
        _y = reader.Out<float>("y", 1);
    }

    public override void Step(in Frame frame) => _y.Span(frame)[0] = (float)(((frame.Step + 1.0) * _scale) + _offset);
}
