using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Adds to a step graph what stands on a link: a factor and an offset, and a ring where the next part takes windows.</summary>
internal static class ChainLinks
{
    /// <summary>The windows that the link makes of what comes; null: it goes on as it comes.</summary>
    /// <param name="wire">What comes.</param>
    /// <param name="input">What takes it.</param>
    /// <param name="keepsState">The part that takes it keeps states: windows that follow each other are not given twice.</param>
    public static LinkWindow? WindowOf(ChainLink link, StepWire wire, OnnxValue input, bool keepsState)
    {
        if (link.Window is int window)
            return Layout(link, wire.Value, window, link.Hop ?? 1, input);

        var size = (input.Dims ?? []).Aggregate(1L, (product, dim) => product * (dim.Size ?? 1));
        if (input.Dims?.Any(dim => dim.Size is null) == true || size <= wire.Value.Length || size % wire.Value.Length != 0)
            return null;

        // A fixed input that holds several elements takes the last of them.
        window = (int)(size / wire.Value.Length);
        return Layout(link, wire.Value, window, link.Hop ?? (keepsState ? window : 1), input);
    }

    /// <summary>Adds what stands on a link.</summary>
    /// <param name="window">As <see cref="WindowOf"/> gives it.</param>
    /// <param name="recent">Of each window, only so many of its last elements are taken, also of those that begin before the first element;
    /// null: all.</param>
    public static LinkedWire Continue(StepGraph graph, ChainLink link, StepWire wire, LinkWindow? window, int? recent)
    {
        var value = Scaled(graph, link, wire);
        return window is null ? new LinkedWire(value, wire.Clock, null, wire)
            : Windowed(graph, link, value, wire.Clock, window, recent);
    }

    private static StepValue Scaled(StepGraph graph, ChainLink link, StepWire wire)
    {
        var value = wire.Value;
        foreach (var (function, number) in new[] { ("Mul", link.Scale), ("Add", link.Offset) })
        {
            if (number == (function == "Mul" ? 1 : 0))
                continue;

            var y = graph.Arena($"{value.Name}.{function}", ElementType.F32, value.Shape);
            var constant = graph.Constant($"{link.From}.{function}", new[] { (float)number }, [1]);
            graph.Add("Binary", $"{GraphScope.Prefix}link/{function}", wire.Clock, [value, constant], [y], ("fn", function),
                ("shape", new[] { value.Length }), ("aStrides", new[] { 1 }), ("bStrides", new[] { 0 }));
            value = y;
        }

        return value;
    }

    private static LinkedWire Windowed(StepGraph graph, ChainLink link, StepValue value, Clock clock, LinkWindow window, int? recent)
    {
        var whole = window.Clock(clock);
        var hops = window.Hop / window.Elements;
        int taken = recent ?? window.Length, ticks = Ticks(taken + window.Behind, window.Elements);
        var every = recent is null ? whole : whole with { Offset = clock.Offset + (window.Ticks - 1) % hops * clock.Rate };
        int inner = value.Length / window.Outer, element = value.Length / window.Elements;
        var name = $"{GraphScope.Prefix}link/{link.To}";
        var ring = graph.State($"{link.To}.window", ElementType.F32, [ticks, value.Length]);
        var last = graph.Arena($"{link.To}.last", ElementType.F32, [window.Outer, ticks, inner]);
        var pushes = every == clock;
        if (!pushes)
            graph.Add("Push", name, clock, [value, ring], [], ("size", value.Length), ("length", ticks));

        graph.Add("Window", name, every, [pushes ? value : null, ring], [last],
            [("outer", window.Outer), ("length", ticks), ("inner", inner),
                .. pushes ? [] : new (string, object?)[] { ("push", 0), ("inputRate", clock.Rate), ("inputOffset", clock.Offset) }]);
        var linked = new LinkedWire(last, every, window, null) { Whole = whole };
        var held = ticks * window.Elements;
        if (held == taken)
            return linked;

        // Windows begin at multiples of the hop: of the elements that came last, those behind the window belong to the next one.
        var exact = graph.Arena($"{link.To}.exact", ElementType.F32, [taken, element]);
        graph.Add("Copy", name, every, [last], [exact], ("shape", new[] { taken * element }),
            ("srcOffset", (held - window.Behind - taken) * element), ("srcStrides", new[] { 1 }), ("dstOffset", 0),
            ("dstStrides", new[] { 1 }));
        return linked with { Value = exact };
    }

    private static int Ticks(int elements, int together) => (elements + together - 1) / together;

    /// <exception cref="EdgeSeqException">ES0706: the window does not fit what comes, or its hop.</exception>
    private static LinkWindow Layout(ChainLink link, StepValue value, int window, int hop, OnnxValue input)
    {
        var (axis, outer, elements) = Sizes(link, value, window, input);
        if (hop % elements != 0)
        {
            throw FrontEndErrors.Invalid($"link '{link}': {elements} elements come at a time, and the hop is {hop}",
                $"hop={elements} or a multiple");
        }

        return new LinkWindow(window, hop, outer, elements, axis);
    }

    /// <summary>The window's axis, how much of an element stands in front of it, and how many elements come at a time.</summary>
    private static (int Axis, int Outer, int Elements) Sizes(ChainLink link, StepValue value, int window, OnnxValue input)
    {
        var dims = input.Dims ?? throw FrontEndErrors.Invalid($"link '{link}': the input has no rank");
        long[] sizes = [.. dims.Select(dim => dim.Size ?? 1)];
        var axis = Array.IndexOf(sizes, window);
        if (axis < 0)
            axis = Array.FindLastIndex([.. dims], dim => dim.Size is null);

        if (axis < 0)
        {
            throw FrontEndErrors.Invalid($"link '{link}': the input {input} has no axis of {window}", "window=W is the length of one "
                + "of its axes");
        }

        var outer = sizes[..axis].Aggregate(1L, (product, dim) => product * dim);
        var element = outer * sizes[(axis + 1)..].Aggregate(1L, (product, dim) => product * dim);
        if (value.Length % element != 0 || (outer > 1 && value.Length != element))
        {
            throw FrontEndErrors.Invalid($"link '{link}': elements of {element} values, and {value.Length} come at a time",
                "the window's axis and the sizes of both ends must fit");
        }

        return (axis, (int)outer, (int)(value.Length / element));
    }
}
