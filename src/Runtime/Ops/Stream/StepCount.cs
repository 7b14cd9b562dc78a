using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>What depends on the length of the sequence in closed form: the number of steps including this one, scaled; or whole
/// numbers that grow by one every few ticks.</summary>
internal sealed class StepCount : StepOp
{
    private readonly Target<float>? _floats;
    private readonly Target<long>? _integers;
    private readonly float _scale;
    private readonly float _offset;
    private readonly int _start;
    private readonly int _divisor;

    public StepCount(OpReader reader)
    {
        _scale = reader.Float("scale");
        _offset = reader.Float("offset");
        _start = reader.Int("start");
        _divisor = reader.Int("divisor");
        if (reader.OutType("y") == ElementType.I64)
            _integers = reader.Out<long>("y", 1);
        else
            _floats = reader.Out<float>("y", 1);
    }

    public override void Step(in Frame frame)
    {
        if (_integers is { } integers)
            integers.Span(frame)[0] = (frame.Tick + _start) / _divisor;
        else
            _floats!.Value.Span(frame)[0] = (float)(((frame.Step + 1.0) * _scale) + _offset);
    }
}
