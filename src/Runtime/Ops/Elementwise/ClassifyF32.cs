using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>IsNaN, or IsInf of either or both signs.</summary>
internal sealed class ClassifyF32 : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<byte> _y;
    private readonly bool _nan;
    private readonly bool _positive;
    private readonly bool _negative;

    public ClassifyF32(OpReader reader, bool nan)
    {
        _nan = nan;
        if (!nan)
        {
            _positive = reader.Flag("detectPositive");
            _negative = reader.Flag("detectNegative");
        }

        _x = reader.In<float>("x", reader.InLength("x"));
        _y = reader.Out<byte>("y", _x.Length);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var i = 0; i < x.Length; i++)
            y[i] = Holds(x[i]) ? (byte)1 : (byte)0;
    }

    private bool Holds(float x) =>
        _nan ? float.IsNaN(x) : (_positive && float.IsPositiveInfinity(x)) || (_negative && float.IsNegativeInfinity(x));
}
