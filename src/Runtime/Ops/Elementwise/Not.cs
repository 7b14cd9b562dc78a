using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Logical negation; everything but 0 counts as true.</summary>
internal sealed class Not : StepOp
{
    private readonly Source<byte> _x;
    private readonly Target<byte> _y;

    public Not(OpReader reader)
    {
        _x = reader.In<byte>("x", reader.InLength("x"));
        _y = reader.Out<byte>("y", _x.Length);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var i = 0; i < x.Length; i++)
            y[i] = x[i] == 0 ? (byte)1 : (byte)0;
    }
}
