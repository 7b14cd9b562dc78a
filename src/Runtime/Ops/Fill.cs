namespace EdgeSeq.Runtime.Ops;

/// <summary>Fills its output with one value.</summary>
internal sealed class Fill<T> : StepOp
    where T : unmanaged
{
    private readonly Target<T> _y;
    private readonly T _value;

    public Fill(OpReader reader, T value)
    {
        _y = reader.Out<T>(0, reader.OutLength(0));
        _value = value;
    }

    public override void Step(in Frame frame) => _y.Span(frame).Fill(_value);
}
