using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// A recurrent layer whose sequence length is the number of elements so far that a condition holds for (ids that are no padding): it runs
/// over so many elements from the start, whichever they are. Each element that counts lets it take one more of those that have come;
/// between them the state stays.
/// </summary>
internal static class CountedRecurrence
{
    private static readonly HashSet<string> Layout = ["Cast", "Identity", "Reshape", "Squeeze", "Unsqueeze"];

    /// <summary>Whether the wire grows by one or by nothing with each element.</summary>
    public static bool Counts(NodeContext c, string lengths)
    {
        if (Maker(c, lengths) is not { OpType: "ReduceSum" } sum || Shapes.Count(c.Analysis.Shape(lengths)) != 1)
            return false;

        var counted = Origin(c, sum.Inputs[0]);
        return c.Analysis.Type(counted).ElementType == OnnxElementType.Bool;
    }

    /// <summary>The element whose turn it is, and whether it is its turn.</summary>
    /// <param name="lengths">How many elements count so far.</param>
    public static (StepValue Element, StepOperand Advances) Next(NodeContext c, StreamWire stream, LatestWire lengths)
    {
        if (lengths.Clock != stream.Clock)
            throw c.Refuse("its sequence lengths come at other steps than its elements");

        var size = stream.Value.Length;
        var kept = c.Options.MaxContext ?? StreamOptions.DefaultContext;
        c.Graph.LimitSteps(stream.Clock.Offset + (long)kept * stream.Clock.Rate);
        var lowering = c.LoweringFor(stream.Clock);
        var ring = c.Graph.State($"{c.Node.Name}.waiting", ElementType.F32, [kept, size]);
        lowering.Add("Push", [stream.Value, ring], [], ("size", size), ("length", kept));

        var count = StepArithmetic.Cast(lowering, StepOperand.Of(lengths.Value).Reshaped([1]), ElementType.I64);
        var before = c.Graph.State($"{c.Node.Name}.taken", ElementType.I64, [1]);
        var advances = StepArithmetic.Binary(lowering, "Less", StepOperand.Of(before), count);
        var place = StepArithmetic.Binary(lowering, "Add", count, StepOperand.Of(OnnxTensor.Scalar(-1L)));
        var element = lowering.New(stream.Value.Shape, name: $"{c.Node.Name}.element");
        lowering.Add("Gather", [ring, place.Value, null], [element.Value], ("outer", 1), ("rows", kept), ("inner", size));
        c.Graph.AddCopy($"{c.Node.Name}.taken", stream.Clock, count.Value!, before);
        return (element.Value!, advances);
    }

    /// <summary>Gives a state its next value where the layer advances.</summary>
    public static void Set(Lowering c, StepOperand advances, StepValue next, StepValue state)
    {
        var y = c.New([state.Length], state.Type, $"{state.Name}.next");
        c.Add("Where", [advances.Value, next.View([state.Length]), state.View([state.Length])], [y.Value],
            ("shape", new[] { state.Length }), ("cStrides", new[] { 0 }), ("aStrides", new[] { 1 }), ("bStrides", new[] { 1 }));
        c.Graph.AddCopy($"{state.Name}.next", c.Clock, y.Value!, state);
    }

    private static OnnxNode? Maker(NodeContext c, string wire)
    {
        var origin = Origin(c, wire);
        return c.Analysis.Graph.Nodes.FirstOrDefault(node => node.Outputs.Contains(origin));
    }

    /// <summary>The wire before it went into another shape or type.</summary>
    private static string Origin(NodeContext c, string wire)
    {
        while (c.Analysis.Type(wire).ElementType != OnnxElementType.Bool
            && c.Analysis.Graph.Nodes.FirstOrDefault(node => node.Outputs.Contains(wire)) is { } maker && Layout.Contains(maker.OpType))
        {
            wire = maker.Inputs[0];
        }

        return wire;
    }
}
