using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Abs, Neg or Sign of whole numbers; the smallest number is its own negative.</summary>
internal sealed class UnaryI64 : StepOp
{
    private readonly Source<long> _x;
    private readonly Target<long> _y;
    private readonly UnaryFunction _function;

    public UnaryI64(OpReader reader, UnaryFunction function)
    {
        if (function is not (UnaryFunction.Abs or UnaryFunction.Neg or UnaryFunction.Sign))
            throw reader.Error($"{function} needs F32");
        _function = function;
        _x = reader.In<long>("x", reader.InLength("x"));
        _y = reader.Out<long>("y", _x.Length);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = _function switch
            {
                UnaryFunction.Abs => x[i] < 0 ? -x[i] : x[i],
                UnaryFunction.Neg => -x[i],
                _ => Math.Sign(x[i]),
            };
        }
    }
}
