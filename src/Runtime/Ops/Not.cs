namespace EdgeSeq.Runtime.Ops;

/// <summary>Logical negation; everything but 0 counts as true.</summary>
internal sealed class Not : StepOp
{
    private readonly Source<byte> _x;
    private readonly Target<byte> _y;

    public Not(OpReader reader)
    {
        _x = reader.In<byte>(0, reader.InLength(0));
        _y = reader.Out<byte>(0, _x.Length);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var i = 0; i < x.Length; i++)
            y[i] = x[i] == 0 ? (byte)1 : (byte)0;
    }
}
