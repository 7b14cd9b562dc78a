using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>Wires brought to one clock.</summary>
internal readonly record struct AlignedWires(Wire?[] Wires, Clock Clock);

/// <summary>
/// Brings wires to a common clock. Branches of different delay meet at the latest of them: the earlier ones pass through delay lines.
/// </summary>
internal sealed class Aligner(StepGraph graph)
{
    private readonly Dictionary<StreamWire, StreamWire> _withoutLead = [];
    private readonly Dictionary<(StreamWire, int), StreamWire> _delayed = [];
    private readonly Dictionary<LatestWire, LatestWire> _held = [];

    /// <summary>
    /// All sequences at the clock of the latest of them, padding before the start emitted as elements of its own. Values that hold for
    /// the whole recording delay them until they are known.
    /// </summary>
    public AlignedWires Align(OnnxNode node, IReadOnlyList<Wire?> wires)
    {
        var streams = wires.OfType<StreamWire>().Select(WithoutLead).ToArray();
        int rate = streams.Length == 0 ? 1 : streams[0].Clock.Rate;
        if (streams.Any(stream => stream.Clock.Rate != rate))
        {
            throw Refusal.Of(node, "its inputs are sequences of different rates: " + string.Join(", ", streams.Select(s => s.Clock)));
        }

        if (wires.OfType<LatestWire>().Any(latest => !latest.Invariant))
        {
            throw Refusal.NotCausal(node,
                "it combines every element of a sequence with a value of the whole sequence, so earlier outputs would change with later inputs");
        }

        int offset = streams.Concat<StepWire>(wires.OfType<LatestWire>()).Select(wire => wire.Clock.Offset).Prepend(0).Max();
        var clock = new Clock(rate, offset);
        var aligned = wires.Select(wire => wire switch
        {
            StreamWire stream => DelayTo(WithoutLead(stream), offset),
            LatestWire latest when latest.Clock != Clock.EveryStep && latest.Clock != clock => Hold(latest),
            _ => wire,
        }).ToArray();
        return new AlignedWires(aligned, clock);
    }

    /// <summary>Values without time axis at one clock; those of other clocks are held between their ticks.</summary>
    public AlignedWires AlignLatest(IReadOnlyList<Wire?> wires)
    {
        var latest = wires.OfType<LatestWire>().ToArray();
        if (latest.Length == 0)
        {
            return new AlignedWires([.. wires], Clock.EveryStep);
        }

        var clock = latest.Select(wire => wire.Clock).Aggregate(Common);
        return new AlignedWires([.. wires.Select(wire => wire is LatestWire own && own.Clock != clock ? Hold(own) : wire)], clock);
    }

    /// <summary>The sequence with its padding before the start emitted as elements, which delays it by as many.</summary>
    public StreamWire WithoutLead(StreamWire stream)
    {
        if (stream.Lead == 0)
        {
            return stream;
        }

        if (!_withoutLead.TryGetValue(stream, out var result))
        {
            result = DelayElements(stream, stream.Lead, stream.LeadValue) with { Lead = 0, LeadValue = 0 };
            _withoutLead[stream] = result;
        }

        return result;
    }

    /// <summary>The sequence with at most <paramref name="lead"/> elements of padding before the start; more are emitted as elements.</summary>
    public StreamWire LimitLead(StreamWire stream, int lead) =>
        stream.Lead <= lead ? stream : DelayElements(stream, stream.Lead - lead, stream.LeadValue) with { Lead = lead };

    /// <summary>The sequence (without lead) as if its first tick were at step <paramref name="offset"/>.</summary>
    public StreamWire DelayTo(StreamWire stream, int offset)
    {
        int steps = offset - stream.Clock.Offset;
        if (steps == 0)
        {
            return stream;
        }

        if (_delayed.TryGetValue((stream, offset), out var known))
        {
            return known;
        }

        int elements = steps / stream.Clock.Rate;
        var result = elements > 0 ? DelayElements(stream, elements, 0) : stream;
        if (steps % stream.Clock.Rate != 0)
        {
            result = result with { Value = HoldValue(result.Value, stream.Clock) };
        }

        result = result with { Clock = stream.Clock with { Offset = offset } };
        _delayed[(stream, offset)] = result;
        return result;
    }

    /// <summary>The sequence with the given elements (in order, each as long as one of the sequence) in front, which delay it.</summary>
    public StreamWire Prepend(StreamWire stream, Array elements)
    {
        int count = elements.Length / stream.Value.Length;
        return Delayed(WithoutLead(stream), count, elements) with { FullShape = Shapes.With(stream.FullShape, stream.Axis, stream.FullLength + count) };
    }

    private StreamWire DelayElements(StreamWire stream, int count, float before) =>
        Delayed(stream, count, before == 0 ? null : Filled(stream.Value.Type, count * stream.Value.Length, before));

    private StreamWire Delayed(StreamWire stream, int count, Array? before)
    {
        int size = stream.Value.Length;
        var ring = graph.State($"{stream.Value.Name}.delay", stream.Value.Type, [count, size], before);
        var delayed = graph.Arena($"{stream.Value.Name}.delayed{count}", stream.Value.Type, stream.Value.Shape);
        graph.Add("Delay", stream.Value.Name, stream.Clock, [stream.Value, ring], [delayed], ("size", size), ("count", count));
        return stream with { Value = delayed };
    }

    private static Array Filled(ElementType type, int count, float value) => type switch
    {
        ElementType.F32 => Enumerable.Repeat(value, count).ToArray(),
        ElementType.Bool => Enumerable.Repeat(value != 0, count).ToArray(),
        _ => Enumerable.Repeat((long)value, count).ToArray(),
    };

    private LatestWire Hold(LatestWire wire)
    {
        if (!_held.TryGetValue(wire, out var held))
        {
            held = wire with { Value = HoldValue(wire.Value, wire.Clock) };
            _held[wire] = held;
        }

        return held;
    }

    /// <summary>Copies a value into the state, where it stays until its clock ticks again.</summary>
    private StepValue HoldValue(StepValue value, Clock clock)
    {
        var held = graph.State($"{value.Name}.held", value.Type, value.Shape);
        graph.AddCopy($"{value.Name}.hold", clock, value, held);
        return held;
    }

    private static Clock Common(Clock a, Clock b)
    {
        if (a == b)
        {
            return a;
        }

        int rate = Gcd(Gcd(a.Rate, b.Rate), Math.Abs(a.Offset - b.Offset));
        return new Clock(rate, Math.Max(a.Offset, b.Offset));
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
