using System.Numerics;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>Fills its output with one value.</summary>
internal sealed class Fill<T> : StepOp
    where T : unmanaged, INumber<T>
{
    private readonly Target<T> _y;
    private readonly T _value;

    public Fill(OpReader reader)
    {
        _y = reader.Out<T>("y", reader.OutLength("y"));
        _value = reader.Element<T>("value");
    }

    public override void Step(in Frame frame) => _y.Span(frame).Fill(_value);
}
