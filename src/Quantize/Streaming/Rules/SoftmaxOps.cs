using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming.Attention;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Softmax over features of each element; over the keys of attention; over time, for attention pooling.</summary>
internal static class SoftmaxOps
{
    public static void Register(OpTable table)
    {
        table.Add("Softmax", c => [Softmax(c, false)], StreamSoftmax, "along axes other than time; over the keys of attention; over time where it weights a sum");
        table.Add("LogSoftmax", c => [Softmax(c, true)], StreamSoftmax, "along axes other than time");
    }

    private static int Axis(Onnx.OnnxNode node, int rank) => Shapes.Axis(node.Int("axis", -1), rank);

    private static StepOperand Softmax(Lowering c, bool log)
    {
        var shape = c.Shape(0);
        var axis = Axis(c.Node, shape.Length);
        var y = c.NewOutput();
        c.Add("Softmax", [c.In(0)], [y.Value], ("outer", Shapes.Product(shape, 0, axis)), ("count", shape[axis]),
            ("inner", Shapes.Product(shape, axis + 1, shape.Length)), ("log", log ? 1 : 0));
        return y;
    }

    private static Wire?[] StreamSoftmax(NodeContext c)
    {
        if (c.Input(0) is ScoresWire scores)
        {
            return [c.Node.OpType == "Softmax" ? AttentionWires.Normalized(c, scores, Axis(c.Node, scores.FullShape.Length))
                : throw c.Refuse("it takes the logarithm of attention weights")];
        }

        var stream = c.Stream(0) ?? throw c.Refuse("its input is already a softmax over time");
        if (Axis(c.Node, stream.FullShape.Length) != stream.Axis)
            return c.Track(stream.Axis);

        if (c.Node.OpType != "Softmax")
            throw c.NotCausal("it normalises over all time");

        c.RequireNoTail(stream, "it takes a softmax over all time");
        return [new TimeSoftmaxWire(c.Aligner.WithoutLead(stream), stream.Axis, stream.FullShape)];
    }
}
