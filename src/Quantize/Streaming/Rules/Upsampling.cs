using System.Numerics;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>Several elements for each element of a sequence, given out one after the other while the next is awaited.</summary>
internal static class Upsampling
{
    /// <summary>The clock of a sequence with so many elements for each one of another.</summary>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0410: a step would have to give several elements. With the input rate that is
    /// then wanted it need not.</exception>
    public static Clock ClockOf(NodeContext c, StreamWire stream, int factor)
    {
        if (stream.Clock.Rate % factor == 0)
            return stream.Clock with { Rate = stream.Clock.Rate / factor };

        var rate = (long)c.Graph.InputRate * (factor / (int)BigInteger.GreatestCommonDivisor(stream.Clock.Rate, factor));
        if (rate * c.Options.Chunk <= ProgramSpec.MaxChunk)
            c.Options.InputRate.Wanted ??= (int)rate;
        throw c.Refuse($"it makes {rate} elements along time of each one of the input, and a call gives {ProgramSpec.MaxChunk} at most",
            c.Options.Chunk > 1 && rate <= ProgramSpec.MaxChunk ? $"give --chunk {ProgramSpec.MaxChunk / rate} or less"
            : Refusal.UseWindow);
    }

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
