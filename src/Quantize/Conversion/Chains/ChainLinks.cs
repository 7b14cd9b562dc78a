using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>Adds to a step graph what stands on a link: a factor and an offset, and a ring where the next part takes windows.</summary>
internal static class ChainLinks
{
    /// <param name="input">What takes it.</param>
    /// <param name="keepsState">The part that takes it keeps states: windows that follow each other are not given twice.</param>
    public static LinkedWire Continue(StepGraph graph, ChainLink link, StepWire wire, OnnxValue input, bool keepsState)
    {
        var value = Scaled(graph, link, wire);
        var size = (input.Dims ?? []).Aggregate(1L, (product, dim) => product * (dim.Size ?? 1));
        var isOpen = input.Dims?.Any(dim => dim.Size is null) == true;
        if (link.Window is not int window)
        {
            if (isOpen || size <= value.Length || size % value.Length != 0)
                return new LinkedWire(value, wire.Clock, null, wire);

            // A fixed input that holds several elements takes the last of them.
            window = (int)(size / value.Length);
            link = link with { Hop = link.Hop ?? (keepsState ? window : 1) };
        }

        return Windowed(graph, link, value, wire.Clock, window, input);
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

    private static LinkedWire Windowed(StepGraph graph, ChainLink link, StepValue value, Clock clock, int window, OnnxValue input)
    {
        var (outer, elements) = Layout(link, value, window, input);
        var hop = link.Hop ?? 1;
        if (hop % elements != 0)
        {
            throw FrontEndErrors.Invalid($"link '{link}': {elements} elements come at a time, and the hop is {hop}",
                $"hop={elements} or a multiple");
        }

        int ticks = (window + elements - 1) / elements, inner = value.Length / outer, length = ticks * elements;
        var every = new Clock(clock.Rate * (hop / elements), clock.Offset + (ticks - 1) * clock.Rate);
        var name = $"{GraphScope.Prefix}link/{link.To}";
        var ring = graph.State($"{link.To}.window", ElementType.F32, [ticks, value.Length]);
        var last = graph.Arena($"{link.To}.last", ElementType.F32, [outer, ticks, inner]);
        var pushes = every == clock;
        if (!pushes)
            graph.Add("Push", name, clock, [value, ring], [], ("size", value.Length), ("length", ticks));

        graph.Add("Window", name, every, [pushes ? value : null, ring], [last],
            [("outer", outer), ("length", ticks), ("inner", inner),
                .. pushes ? [] : new (string, object?)[] { ("push", 0), ("inputRate", clock.Rate), ("inputOffset", clock.Offset) }]);
        var gathered = new LinkWindow(window, hop, outer, elements);
        if (length == window)
            return new LinkedWire(last, every, gathered, null);

        // Windows begin at multiples of the hop: of the elements that came last, those behind the window belong to the next one.
        var element = value.Length / elements;
        var exact = graph.Arena($"{link.To}.exact", ElementType.F32, [window, element]);
        graph.Add("Copy", name, every, [last], [exact], ("shape", new[] { window * element }), ("srcOffset", 0),
            ("srcStrides", new[] { 1 }), ("dstOffset", 0), ("dstStrides", new[] { 1 }));
        return new LinkedWire(exact, every, gathered, null);
    }

    /// <summary>How many elements come at a time, and how much of one stands in front of the window's axis.</summary>
    private static (int Outer, int Elements) Layout(ChainLink link, StepValue value, int window, OnnxValue input)
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

        return ((int)outer, (int)(value.Length / element));
    }
}
