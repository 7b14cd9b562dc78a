using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Several elements for each element of a sequence, given out one after the other while the next is awaited.</summary>
internal static class Upsampling
{
    /// <summary>The clock of a sequence with so many elements for each one of another.</summary>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0410: a step would have to give several elements.</exception>
    public static Clock ClockOf(NodeContext c, StreamWire stream, int factor) => stream.Clock.Rate % factor == 0
        ? stream.Clock with { Rate = stream.Clock.Rate / factor }
        : throw c.Refuse(
            $"it makes {factor} elements along time of each one that comes every {(stream.Clock.Rate == 1 ? "step" : $"{stream.Clock.Rate} steps")}, and a step gives one at most",
            Refusal.UseWindow);

    /// <summary>The sequence of the elements that a value holds side by side, <paramref name="factor"/> of them a tick of its
    /// clock.</summary>
    /// <param name="values">All elements of a tick, the first in front.</param>
    /// <param name="clock">When they are fresh.</param>
    /// <param name="every">The clock of the elements.</param>
    public static StepValue OneAfterTheOther(NodeContext c, StepValue values, Clock clock, Clock every, int factor)
    {
        if (factor == 1)
            return values;

        var size = values.Length / factor;
        var lowering = c.LoweringFor(every);
        var places = c.Graph.Constant($"{c.Node.Name}.places", Enumerable.Range(0, factor).Select(i => (float)i).ToArray(), [factor, 1]);
        var place = lowering.New([1], name: $"{c.Node.Name}.place");
        lowering.Add("Table", [places], [place.Value], ("size", 1), ("rows", factor), ("beyond", "wrap"));
        var index = StepArithmetic.Cast(lowering, place, ElementType.I64);
        var y = lowering.New([size], values.Type);
        lowering.Add("Gather", [c.Aligner.HoldValue(values, clock), index.Value, null], [y.Value], ("outer", 1), ("rows", factor),
            ("inner", size));
        return y.Value!;
    }
}
