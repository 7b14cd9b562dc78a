using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// A sequence whose time axis was merged with neighbours: [T, bands, ..] as [T · bands, ..]. A node to which that axis is a batch works on
/// all rows of an element at once; to any other, the rows are elements that follow each other faster.
/// </summary>
/// <param name="Axis">The merged axis.</param>
/// <param name="FullShape">The ONNX shape at the analysis length.</param>
/// <param name="Rows">Of an element.</param>
internal sealed record MergedWire(StepValue Value, Clock Clock, int Axis, int[] FullShape, ElementRows Rows) : StepWire(Value, Clock)
{
    public override bool IsAskedFirst => true;

    /// <summary>With the merged axes apart.</summary>
    private StreamWire Split
    {
        get
        {
            int[] shape = [.. FullShape[..Axis], Rows.Before, FullShape[Axis] / Rows.Count, Rows.Behind, .. FullShape[(Axis + 1)..]];
            return new StreamWire(Value.View(Shapes.With(shape, Axis + 1, 1)), Clock, Axis + 1, shape);
        }
    }

    /// <summary>As a stream whose value has all rows of an element.</summary>
    private StreamWire Batch => new(Value, Clock, Axis, FullShape);

    public override string Description(int inputRate) => $"stream of {Rows.Count} rows{Ticks(inputRate)}";

    /// <summary>What a reshape makes of a sequence; null where time is not on one axis of the result.</summary>
    public static StepWire? Reshaped(NodeContext c, StreamWire stream)
    {
        var to = c.FullShape();
        if (MergedAxis(stream, to) is not var (axis, rows))
            return null;

        var value = stream.Value.View(Shapes.With(to, axis, rows.Count));
        return rows == ElementRows.One ? new StreamWire(value, stream.Clock, axis, to)
            : Follows(c, axis) ? new MergedWire(value, stream.Clock, axis, to, rows) : null;
    }

    public override Wire?[]? Continue(NodeContext c)
    {
        if (c.Node.OpType is "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten" && Reshaped(c, Split) is { } reshaped)
            return [reshaped];

        return InBatch(c) ?? c.ContinueWith(input => input is MergedWire merged ? merged.Sequence(c) : input);
    }

    public override StreamWire Sequence(NodeContext c)
    {
        if (Rows.Before > 1)
            throw c.Refuse($"its axis {Axis} of {Shapes.Text(FullShape)} is time and others, time last", Refusal.UseWindow);

        var every = Upsampling.ClockOf(c, Batch, Rows.Behind);
        var shape = Shapes.With(FullShape, Axis, 1);
        var outer = Shapes.Product(shape, 0, Axis);
        var each = StepMoves.Transpose(c.LoweringFor(Clock),
            StepOperand.Of(Value).Reshaped([outer, Rows.Behind, Shapes.Count(shape) / outer]), [1, 0, 2]);
        var value = Upsampling.OneAfterTheOther(c, each.Value!, Clock, every, Rows.Behind);
        return new StreamWire(value.View(shape), every, Axis, FullShape);
    }

    /// <summary>The axis of a shape on which time lies, perhaps with others.</summary>
    private static (int Axis, ElementRows Rows)? MergedAxis(StreamWire stream, int[] to)
    {
        var before = Shapes.Product(stream.FullShape, 0, stream.Axis);
        for (int i = 0, product = 1; i < to.Length; product *= to[i++])
        {
            var merged = before / product;
            if (before % product == 0 && to[i] % (merged * stream.FullLength) == 0)
                return (i, new ElementRows(merged, to[i] / (merged * stream.FullLength)));
        }

        return null;
    }

    /// <summary>Whether an axis of the result grows with the length.</summary>
    private static bool Follows(NodeContext c, int axis) => c.Analysis.LengthIsFixed
        || (c.Analysis.ShapeAt(c.Node.Outputs[0], c.Analysis.OtherLength) is { } other && other.Length == c.FullShape().Length
            && other[axis] != c.FullShape()[axis]);

    /// <summary>What the op's rule makes of the rows, if it takes their axis for a batch and moves it at most; null where it does
    /// not.</summary>
    private Wire?[]? InBatch(NodeContext c)
    {
        var others = Enumerable.Range(0, c.InputCount).Select(c.Input).Where(wire => wire is not (null or ConstantWire or MergedWire));
        if (others.Any() || c.Inputs<MergedWire>().Any(merged => merged.Rows != Rows))
            return null;

        var outputs = c.TrackedOnly(input => input is MergedWire merged ? merged.Batch : input, Rows);
        return outputs is null || outputs.OfType<StreamWire>().Any(output => output.FullLength != FullShape[Axis]) ? null
            : [.. outputs.Select(output => output is StreamWire batch
                ? new MergedWire(batch.Value, batch.Clock, batch.Axis, batch.FullShape, Rows) : null)];
    }
}
