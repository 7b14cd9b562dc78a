using System.Numerics;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Converts elements: float to integer truncates, saturates and makes NaN 0; to Bool gives 1 for all but 0.</summary>
internal sealed class Cast<TFrom, TTo> : StepOp
    where TFrom : unmanaged, INumber<TFrom>
    where TTo : unmanaged, INumber<TTo>
{
    private readonly Source<TFrom> _x;
    private readonly Target<TTo> _y;

    public Cast(OpReader reader)
    {
        _x = reader.In<TFrom>("x", reader.InLength("x"));
        _y = reader.Out<TTo>("y", _x.Length);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var i = 0; i < x.Length; i++)
            y[i] = Converted(x[i]);
    }

    // byte is the type of Bool alone.
    private static TTo Converted(TFrom x) =>
        typeof(TTo) != typeof(byte) && typeof(TFrom) != typeof(byte) ? TTo.CreateSaturating(x)
        : TFrom.IsZero(x) ? TTo.Zero
        : TTo.One;
}
