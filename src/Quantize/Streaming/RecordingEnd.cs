using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>
/// What comes behind the last element of a recording, where it is flushed: the steps go on, and what reads elements that the model pads at
/// the end is given the padding instead of them.
/// </summary>
internal static class RecordingEnd
{
    /// <summary>Whether a flush gives what the model gives: not where an element at a fixed place decides, which a short recording does not
    /// have.</summary>
    public static bool IsKnown(StreamTransform transform) =>
        transform.Options.KeepsEnd && transform.Graph.Nodes.TrueForAll(node => node.Op != "Latch");

    /// <summary>Steps behind the end at which elements of the sequence still come; negative where they end before it.</summary>
    /// <param name="name">The ONNX wire that the sequence is.</param>
    /// <param name="inputRate">Steps from one element of the inputs to the next.</param>
    public static int Tail(Analysis analysis, StreamWire stream, string name, int inputRate)
    {
        var rate = stream.Clock.Rate;
        var last = stream.Clock.Offset + (stream.FullLength - 1 - stream.Lead) * rate;
        return last + 1 - FirstLengthWith(analysis, stream, name, inputRate) * inputRate;
    }

    /// <summary>The sequence with a value in the place of elements behind its end.</summary>
    public static StreamWire Padded(NodeContext c, StreamWire stream, int input, float value)
    {
        if (!c.Options.KeepsEnd || stream.Value.Type != ElementType.F32 || !float.IsFinite(value))
            return stream;

        var padded = c.Graph.Arena($"{stream.Value.Name}.ended", ElementType.F32, stream.Value.Shape);
        c.Graph.Add("AfterEnd", c.Node.Name, stream.Clock, [stream.Value], [padded], ("size", stream.Value.Length),
            ("after", Tail(c.Analysis, stream, c.Node.Inputs[input], c.Graph.InputRate)), ("value", value));
        return stream with { Value = padded };
    }

    /// <summary>The sequence with its last element in the place of those behind its end.</summary>
    public static StreamWire Held(NodeContext c, StreamWire stream, int input)
    {
        if (!c.Options.KeepsEnd)
            return stream;

        var lowering = c.LoweringFor(stream.Clock);
        var one = StepMoves.Fill(lowering, [1], 1, ElementType.F32).Value!;
        var going = Padded(c, stream with { Value = one }, input, 0).Value;
        var last = c.Graph.State($"{stream.Value.Name}.last", stream.Value.Type, stream.Value.Shape);
        var held = c.Graph.Arena($"{stream.Value.Name}.ended", stream.Value.Type, stream.Value.Shape);
        int[] shape = [stream.Value.Length], each = [1];
        c.Graph.Add("Where", c.Node.Name, stream.Clock, [StepArithmetic.Cast(lowering, StepOperand.Of(going), ElementType.Bool).Value,
            stream.Value, last], [held],
            ("shape", shape), ("cStrides", new[] { 0 }), ("aStrides", each), ("bStrides", each));
        c.Graph.AddCopy($"{stream.Value.Name}.hold", stream.Clock, held, last);
        return stream with { Value = held };
    }

    /// <summary>The shortest input for which the sequence has as many elements as at the analysis length. A sequence rarer than the
    /// inputs grows by one element every so many of theirs; the length at which it grows next tells which.</summary>
    private static int FirstLengthWith(Analysis analysis, StreamWire stream, string name, int inputRate)
    {
        var each = (stream.Clock.Rate + inputRate - 1) / inputRate;
        int few = 0, enough = each;
        if (enough == 1 || analysis.LengthIsFixed)
            return analysis.Length;

        while (enough - few > 1)
        {
            var middle = (few + enough) / 2;
            if (analysis.ShapeAt(name, analysis.Length + middle) is { } shape && shape[stream.Axis] > stream.FullLength)
                enough = middle;
            else
                few = middle;
        }

        return analysis.Length + enough - each;
    }
}
