using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// A matrix of positions times a sequence, in which earlier elements fade by the same factor each step (running and exponential averages,
/// the time mixing of RWKV): with S′ = γ·S + x the result is a·γ·S + b·x, divided by the number of elements where the rows are.
/// </summary>
internal static class FadingSums
{
    private const double Tolerance = 1e-4;

    /// <summary>Null where the node is no such product.</summary>
    public static Wire?[]? TryMatMul(NodeContext c)
    {
        var isLeft = c.Stream(1) is { } right && right.FullShape.Length >= 2 && right.FullShape.Length - right.Axis == 2;
        var stream = isLeft ? c.Stream(1)! : c.Stream(0) is { } left && left.FullShape.Length - left.Axis == 1 ? left : null;
        if (stream is null || c.Input(isLeft ? 0 : 1) is not ConstantWire matrix || c.Analysis.LengthIsFixed
            || stream.FullShape.Length < 2 || Fit(c, matrix, stream, isLeft) is not { } fading
            || c.Analysis.ValueAt(matrix.Name, c.Analysis.OtherLength) is not { } shorter
            || Fit(matrix with { Tensor = shorter }, shorter.StepShape()[^1], isLeft) is not { } same || !fading.IsSame(same))
        {
            return null;
        }

        stream = c.Aligner.WithoutLead(stream);
        return [Sums(c, stream, fading)];
    }

    private static Fading? Fit(NodeContext c, ConstantWire matrix, StreamWire stream, bool isLeft)
    {
        var shape = matrix.Tensor.StepShape();
        int[] leading = shape.Length < 2 ? [] : shape[..^2], ofStream = stream.FullShape[..^2];
        var fits = shape.Length >= 2 && shape[^1] == stream.FullLength && shape[^2] == stream.FullLength && matrix.VariesWithTime
            && leading.Length <= ofStream.Length
            && leading.Reverse().Zip(ofStream.Reverse()).All(pair => pair.First == 1 || pair.First == pair.Second)
            && c.FullShape().Length == stream.FullShape.Length;
        return fits ? Fit(matrix, stream.FullLength, isLeft) : null;
    }

    private static Fading? Fit(ConstantWire matrix, int length, bool isLeft)
    {
        var shape = matrix.Tensor.StepShape();
        var values = matrix.Tensor.ToFloats();
        var leading = shape[..^2];
        var count = Shapes.Count(leading);
        var (own, earlier, factors) = (new float[count], new float[count], new float[count]);
        if (length < 4 || shape[^2] != length)
            return null;

        // Whether the rows are divided by the number of their elements.
        var averages = values[0] != 0 && Math.Abs(values[length + 1] / values[0] - 0.5) < 1e-6;

        for (var each = 0; each < count; each++)
        {
            double At(int row, int column) => values[(each * length + (isLeft ? row : column)) * length + (isLeft ? column : row)];
            double Row(int row) => averages ? row + 1 : 1;
            own[each] = (float)At(0, 0);
            earlier[each] = (float)(At(1, 0) * Row(1));
            factors[each] = At(1, 0) == 0 ? 0 : (float)(At(2, 0) * Row(2) / (At(1, 0) * Row(1)));
            for (var row = 0; row < length; row++)
            {
                for (var column = 0; column < length; column++)
                {
                    var expected = column > row ? 0 : column == row ? own[each]
                        : earlier[each] * Math.Pow(factors[each], row - column - 1);
                    if (!(Math.Abs(At(row, column) * Row(row) - expected) <= Tolerance * Math.Max(1e-3, Math.Abs(expected))))
                        return null;
                }
            }

        }

        return new Fading([.. leading, 1, 1], own, earlier, factors, averages);
    }

    private static StreamWire Sums(NodeContext c, StreamWire stream, Fading fading)
    {
        var lowering = c.LoweringFor(stream.Clock);
        StepOperand Factor(float[] values) =>
            StepOperand.Of(OnnxTensor.FromFloats(values, [.. fading.Shape.Select(dim => (long)dim)]));
        StepOperand Times(StepOperand x, float[] factors) =>
            factors.All(factor => factor == 1) ? x : StepArithmetic.Binary(lowering, "Mul", x, Factor(factors));

        // S is the sum up to the element before, as the next one sees it.
        var x = StepOperand.Of(stream.Value);
        var state = c.Graph.State($"{c.Node.Name}.sum", stream.Value.Type, stream.Value.Shape);
        var y = StepArithmetic.Binary(lowering, "Add", Times(StepOperand.Of(state), fading.Earlier), Times(x, fading.Own));
        var next = StepArithmetic.Binary(lowering, "Add", Times(StepOperand.Of(state), fading.Factors), x);
        if (fading.AreAverages)
        {
            var count = lowering.New([1], name: $"{c.Node.Name}.count");
            lowering.Add("StepCount", [], [count.Value], ("scale", 1f / stream.Clock.Rate),
                ("offset", 1f - (1f + stream.Clock.Offset) / stream.Clock.Rate));
            y = StepArithmetic.Binary(lowering, "Div", y, count);
        }

        c.Graph.AddCopy($"{c.Node.Name}.sum", stream.Clock, next.Value!, state);
        return new StreamWire(y.Value!.View(Shapes.With(c.FullShape(), stream.Axis, 1)), stream.Clock, stream.Axis, c.FullShape());
    }

    /// <param name="Shape">Of the factors, broadcast to an element.</param>
    /// <param name="Own">Of the newest element.</param>
    /// <param name="Earlier">Of the sum before it.</param>
    /// <param name="Factors">By which that fades.</param>
    private sealed record Fading(int[] Shape, float[] Own, float[] Earlier, float[] Factors, bool AreAverages)
    {
        public bool IsSame(Fading other) => AreAverages == other.AreAverages && Near(Own, other.Own) && Near(Earlier, other.Earlier)
            && Near(Factors, other.Factors);

        private static bool Near(float[] a, float[] b) =>
            a.Length == b.Length && a.Zip(b).All(pair =>
                Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1e-3f, Math.Abs(pair.First)));
    }
}
