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
        var rate = streams.Length == 0 ? 1 : streams[0].Clock.Rate;
        if (streams.Any(stream => stream.Clock.Rate != rate))
            throw Refusal.Of(node, "its inputs are sequences of different rates: " + string.Join(", ", streams.Select(s => s.Clock)));

        if (wires.OfType<LatestWire>().Any(latest => !latest.Invariant))
        {
            throw Refusal.NotCausal(node,
                "it combines every element of a sequence with a value of the whole sequence, so earlier outputs would change with later "
                + "inputs");
        }

        var offset = streams.Concat<StepWire>(wires.OfType<LatestWire>()).Select(wire => wire.Clock.Offset).Prepend(0).Max();
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
            return new AlignedWires([.. wires], graph.InputClock);

        // What is the same at every step is there at every tick of the others.
        bool Always(LatestWire wire) => wire is { Invariant: true } && wire.Clock == Clock.EveryStep;
        var clock = latest.Where(wire => !Always(wire)).Select(wire => wire.Clock).DefaultIfEmpty(Clock.EveryStep).Aggregate(Common);
        return new AlignedWires([.. wires.Select(wire => wire is LatestWire own && own.Clock != clock && !Always(own) ? Hold(own) : wire)],
            clock);
    }

    /// <summary>The sequence with its padding before the start emitted as elements, which delays it by as many.</summary>
    public StreamWire WithoutLead(StreamWire stream)
    {
        if (stream.Lead == 0)
            return stream;

        if (!_withoutLead.TryGetValue(stream, out var result))
        {
            // Elements that are computed later than they could be given out leave ticks for the padding before them.
            var early = stream.LeadIsComputed ? 0 : Math.Min(stream.Lead, stream.Clock.Offset / stream.Clock.Rate);
            result = DelayElements(stream, stream.Lead - early) with { Lead = 0, LeadValue = 0, LeadIsFirst = false, LeadElements = null };
            result = early == 0 ? result : PaddedEarly(result, early,
                graph.Constant($"{stream.Value.Name}.padding", Filled(stream.Value.Type, 1, stream.LeadValue), [1]));
            _withoutLead[stream] = result;
        }

        return result;
    }

    /// <summary>The sequence with at most <paramref name="lead"/> elements of padding before the start; more are emitted as
    /// elements.</summary>
    public StreamWire LimitLead(StreamWire stream, int lead) =>
        stream.Lead <= lead ? stream : DelayElements(stream, stream.Lead - lead) with { Lead = lead };

    /// <summary>Fills a ring with padding that follows from elements of the sequence. Its rows are in the order of time, the newest
    /// last.</summary>
    public void FillWithLead(StreamWire stream, StepValue ring)
    {
        if (!stream.LeadIsComputed)
            return;

        int size = stream.Value.Length, count = ring.Length / size;
        var rows = stream.LeadElements is null ? count : Math.Min(count, stream.Lead);
        var padding = graph.Arena($"{ring.Name}.lead", ring.Type, [count, size]);
        graph.Add("Copy", ring.Name, stream.Clock, [stream.LeadElements ?? stream.Value], [padding],
            ("shape", new[] { rows, size }), ("srcOffset", stream.LeadElements is null ? 0 : (stream.Lead - rows) * size),
            ("srcStrides", new[] { stream.LeadElements is null ? 0 : size, 1 }), ("dstOffset", (count - rows) * size),
            ("dstStrides", new[] { size, 1 }));
        graph.AddCopy($"{ring.Name}.lead", stream.Clock, Until(stream.Clock, stream.Clock.Offset + 1, padding, ring), ring);
    }

    /// <summary>The sequence (without lead) as if its first tick were at step <paramref name="offset"/>.</summary>
    public StreamWire DelayTo(StreamWire stream, int offset)
    {
        var steps = offset - stream.Clock.Offset;
        if (steps == 0)
            return stream;

        if (_delayed.TryGetValue((stream, offset), out var known))
            return known;

        var elements = steps / stream.Clock.Rate;
        var result = elements > 0 ? Delayed(stream, elements, null) : stream;
        if (steps % stream.Clock.Rate != 0)
            result = result with { Value = HoldValue(result.Value, stream.Clock) };

        result = result with { Clock = stream.Clock with { Offset = offset } };
        _delayed[(stream, offset)] = result;
        return result;
    }

    /// <summary>The sequence with the given elements (in order, each as long as one of the sequence) in front, which delay it.</summary>
    public StreamWire Prepend(StreamWire stream, Array elements)
    {
        var count = elements.Length / stream.Value.Length;
        return Delayed(WithoutLead(stream), count,
            elements) with
        { FullShape = Shapes.With(stream.FullShape, stream.Axis, stream.FullLength + count) };
    }

    /// <summary>The sequence with a value that holds for the whole recording as an element in front.</summary>
    public StreamWire Begun(StreamWire stream, LatestWire first)
    {
        stream = WithoutLead(stream);
        stream = DelayTo(stream, Math.Max(stream.Clock.Offset, first.Clock.Offset + stream.Clock.Rate));
        var begins = stream.Clock with { Offset = stream.Clock.Offset - stream.Clock.Rate };
        var value = first.Clock == begins ? first.Value : Hold(first).Value;
        return PaddedEarly(stream, 1, value) with
        {
            FullShape = Shapes.With(stream.FullShape, stream.Axis, stream.FullLength + 1),
        };
    }

    /// <summary>Copies a value into the state, where it stays until its clock ticks again.</summary>
    public StepValue HoldValue(StepValue value, Clock clock)
    {
        var held = graph.State($"{value.Name}.held", value.Type, value.Shape);
        graph.AddCopy($"{value.Name}.hold", clock, value, held);
        return held;
    }

    /// <summary>One value before a step, another from it on.</summary>
    private StepValue Until(Clock clock, int step, StepValue before, StepValue from)
    {
        var steps = graph.Arena($"{from.Name}.steps", ElementType.F32, [1]);
        var early = graph.Arena($"{from.Name}.early", ElementType.Bool, [1]);
        var limit = graph.Constant($"{from.Name}.from", (float[])[step + 0.5f], [1]);
        var y = graph.Arena($"{from.Name}.begun", from.Type, from.Shape);
        graph.Add("StepCount", from.Name, clock, [], [steps]);
        graph.Add("Binary", from.Name, clock, [steps, limit], [early], ("fn", "Less"), ("shape", new[] { 1 }), ("aStrides", new[] { 1 }),
            ("bStrides", new[] { 1 }));
        graph.Add("Where", from.Name, clock, [early, before, from], [y],
            ("shape", new[] { from.Length }), ("cStrides", new[] { 0 }), ("aStrides", new[] { before.Length == 1 ? 0 : 1 }),
                ("bStrides", new[] { 1 }));
        return y;
    }

    /// <param name="padding">One element, or one value for all of it.</param>
    private StreamWire PaddedEarly(StreamWire stream, int count, StepValue padding)
    {
        var clock = stream.Clock with { Offset = stream.Clock.Offset - count * stream.Clock.Rate };
        return stream with { Value = Until(clock, stream.Clock.Offset, padding, stream.Value), Clock = clock };
    }

    /// <summary>Padding given out as elements.</summary>
    private StreamWire DelayElements(StreamWire stream, int count) => count == 0
        ? stream
        : Delayed(stream, count, stream.LeadValue == 0 || stream.LeadIsComputed ? null
        : Filled(stream.Value.Type, count * stream.Value.Length, stream.LeadValue));

    private StreamWire Delayed(StreamWire stream, int count, Array? before)
    {
        var size = stream.Value.Length;
        var ring = graph.State($"{stream.Value.Name}.delay", stream.Value.Type, [count, size], before);
        FillWithLead(stream, ring);
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

    private static Clock Common(Clock a, Clock b)
    {
        if (a == b)
            return a;

        var rate = Gcd(Gcd(a.Rate, b.Rate), Math.Abs(a.Offset - b.Offset));
        return new Clock(rate, Math.Max(a.Offset, b.Offset));
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
