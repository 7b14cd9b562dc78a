using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Matrix;

/// <summary>The Fourier transform of real vectors, under a window: bins from 0 to half the rate.</summary>
internal sealed class DFT : StepOp
{
    private readonly FourierOperands _operands;
    private readonly Source<float> _x;
    private readonly Target<float> _complex;
    private readonly Target<float> _magnitude;
    private readonly Target<float> _power;
    private readonly int _given;
    private readonly float _sign;

    public DFT(OpReader reader)
    {
        _operands = new FourierOperands(reader);
        _given = reader.Int("given", most: _operands.Plan.Samples);
        _sign = reader.Flag("conjugate") ? -1f : 1f;
        _operands.ReadWindow(reader, _given);
        _x = reader.In<float>("x", reader.Product(_operands.Vectors, _given));
        var bins = reader.Product(_operands.Vectors, _operands.Plan.Bins);
        _complex = reader.OptionalOut<float>("complex", 2L * bins);
        _magnitude = reader.OptionalOut<float>("magnitude", bins);
        _power = reader.OptionalOut<float>("power", bins);
    }

    public override void Step(in Frame frame)
    {
        for (var v = 0; v < _operands.Vectors; v++)
            Transform(frame, v);
    }

    private void Transform(in Frame frame, int vector)
    {
        var plan = _operands.Plan;
        Span<float> points = _operands.First(frame), other = _operands.Second(frame);
        Pack(_x.Span(frame).Slice(vector * _given, _given), _operands.Window(frame), other, points);
        _operands.Run(frame, ref points, ref other);

        // The points repeat behind their end, and mirror in it.
        var apart = points.Length / 2;
        (points[plan.Points], points[apart + plan.Points]) = (points[0], points[apart]);
        FourierOperands.Mirror(points, other, plan.Points);
        _operands.Split(frame, 0.5f, points, other, points[..apart], points[apart..]);
        Give(frame, vector, points[..plan.Bins], points.Slice(apart, plan.Bins));
    }

    /// <summary>Even samples become real parts, odd ones imaginary parts.</summary>
    private void Pack(ReadOnlySpan<float> x, ReadOnlySpan<float> window, Span<float> weighted, Span<float> points)
    {
        if (!window.IsEmpty || x.Length < _operands.Plan.Samples)
        {
            weighted = weighted[.._operands.Plan.Samples];
            if (window.IsEmpty)
                x.CopyTo(weighted);
            else
                KernelSets.Active.Binary(BinaryFunction.Mul, x, window, weighted[..x.Length]);
            weighted[x.Length..].Clear();
            x = weighted;
        }

        KernelSet.Split(x, points);
    }

    private void Give(in Frame frame, int vector, Span<float> re, Span<float> im)
    {
        var bins = re.Length;
        if (_complex.Exists)
        {
            var y = _complex.Span(frame).Slice(2 * vector * bins, 2 * bins);
            KernelSets.Active.Binary(BinaryFunction.Mul, im, [_sign], im);
            KernelSet.Pair(re, im, y);
        }

        if (!_power.Exists && !_magnitude.Exists)
            return;

        var kernels = KernelSets.Active;
        kernels.Binary(BinaryFunction.Mul, re, re, re);
        kernels.Binary(BinaryFunction.Mul, im, im, im);
        kernels.Binary(BinaryFunction.Add, re, im, re);
        if (_power.Exists)
            re.CopyTo(_power.Span(frame).Slice(vector * bins, bins));
        if (_magnitude.Exists)
            kernels.Unary(UnaryFunction.Sqrt, re, _magnitude.Span(frame).Slice(vector * bins, bins));
    }
}
