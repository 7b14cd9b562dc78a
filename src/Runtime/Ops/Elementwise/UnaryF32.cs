using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>An elementwise function; y may be x.</summary>
internal sealed class UnaryF32 : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Activation _function;

    public UnaryF32(OpReader reader, UnaryFunction function)
    {
        _function = Activation.Read(reader, function);
        _x = reader.In<float>("x", reader.InLength("x"));
        _y = reader.Out<float>("y", _x.Length);
    }

    public override void Step(in Frame frame) => _function.Apply(_x.Span(frame), _y.Span(frame));
}
