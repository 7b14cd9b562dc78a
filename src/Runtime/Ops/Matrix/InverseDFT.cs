using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Matrix;

/// <summary>Real samples, under a window, of bins from 0 to half the rate; imaginary parts of the first and the last count as 0.</summary>
internal sealed class InverseDFT : StepOp
{
    private readonly FourierOperands _operands;
    private readonly Source<float> _x;
    private readonly Target<float> _y;

    public InverseDFT(OpReader reader)
    {
        _operands = new FourierOperands(reader);
        _operands.ReadWindow(reader, _operands.Plan.Samples);
        _x = reader.In<float>("x", reader.Product(_operands.Vectors, _operands.Plan.Bins, 2));
        _y = reader.Out<float>("y", reader.Product(_operands.Vectors, _operands.Plan.Samples));
    }

    public override void Step(in Frame frame)
    {
        int from = 2 * _operands.Plan.Bins, to = _operands.Plan.Samples;
        for (var v = 0; v < _operands.Vectors; v++)
            Transform(frame, _x.Span(frame).Slice(v * from, from), _y.Span(frame).Slice(v * to, to));
    }

    private void Transform(in Frame frame, ReadOnlySpan<float> x, Span<float> y)
    {
        var plan = _operands.Plan;
        Span<float> points = _operands.First(frame), other = _operands.Second(frame);
        var apart = points.Length / 2;
        KernelSet.Split(x, points);
        points[apart] = points[apart + plan.Points] = 0f;
        FourierOperands.Mirror(points, other, plan.Points);

        // Real and imaginary parts change places before and after: the transform then goes backwards.
        _operands.Split(frame, 1f / plan.Samples, points, other, points[apart..], points[..apart]);
        _operands.Run(frame, ref points, ref other);
        KernelSet.Pair(points[apart..], points, y);
        if (_operands.Window(frame) is { IsEmpty: false } window)
            KernelSets.Active.Binary(BinaryFunction.Mul, y, window, y);
    }
}
