namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Finds cells of known form in a body by what they compute; products and sums in any order.</summary>
/// <param name="becomes">Whether a wire is the last output of a cell whose next output a node gives.</param>
/// <param name="isCarried">Whether a wire may be a cell's last output.</param>
internal sealed class CellMatcher(OnnxGraph body, AffineForms forms, Func<string, OnnxNode, bool> becomes, Func<string, bool> isCarried)
{
    private readonly Gates _gates = new(body, forms);

    /// <summary>By the wire of an LSTM's cell, the output that goes with it, as far as they are found.</summary>
    private readonly Dictionary<string, string> _outputs = [];

    /// <summary>The cell whose new output this node gives; null where there is none.</summary>
    public RecurrentCell? Of(OnnxNode node) => node.OpType switch
    {
        "Mul" => Lstm(node),
        "Add" => Gru(node),
        _ => Simple(node),
    };

    /// <summary>h' = o · act(c'), c' = f · c + i · g.</summary>
    private RecurrentCell? Lstm(OnnxNode node)
    {
        foreach (var (open, seen) in Orders(node))
        {
            if (_gates.Named(seen) is not var (output, cell) || forms.Producer(cell) is not { OpType: "Add" } sum
                || _gates.Of(open) is not { } o)
            {
                continue;
            }

            foreach (var (kept, added) in Orders(sum))
            {
                if (Kept(kept) is var (f, c) && Added(added, o.Activation) is var (i, g) && f.Activation == o.Activation
                    && Sources([i, o, f, g], _outputs.GetValueOrDefault(c)) is var (x, h))
                {
                    _outputs[forms.Wire(cell)] = node.Outputs[0];
                    return Checked(new RecurrentCell("LSTM", x, h, c, node.Outputs[0], forms.Wire(cell),
                        [.. new[] { i, o, f, g }.Select(gate => Weights(gate.Form, x, h))], [o.Activation, g.Activation, output]));
                }
            }
        }

        return null;
    }

    private (Gate F, string C)? Kept(string wire)
    {
        if (forms.Producer(wire) is not { OpType: "Mul" } product)
            return null;

        foreach (var (gate, cell) in Orders(product))
        {
            if (_gates.Of(gate) is { } f && _gates.Of(cell) is null && forms.Of(cell) is null)
                return (f, forms.Wire(cell));
        }

        return null;
    }

    private (Gate I, Gate G)? Added(string wire, Activation gateActivation)
    {
        if (forms.Producer(wire) is not { OpType: "Mul" } product)
            return null;

        foreach (var (first, second) in Orders(product))
        {
            if (_gates.Of(first) is { } i && _gates.Of(second) is { } g && i.Activation == gateActivation)
                return (i, g);
        }

        return null;
    }

    /// <summary>h' = z · h + (1 − z) · g in its spellings.</summary>
    private RecurrentCell? Gru(OnnxNode node)
    {
        foreach (var (a, b) in Orders(node))
        {
            if (forms.Producer(b) is not { OpType: "Mul" } product)
                continue;

            foreach (var (gate, factor) in Orders(product))
            {
                // g + z · (h − g) keeps h where z is 1; h + z · (g − h) where z is 0.
                if (forms.Producer(factor) is { OpType: "Sub" } difference && forms.Wire(difference.Inputs[1]) == forms.Wire(a)
                    && _gates.Of(gate) is { } z)
                {
                    var found = Gru(node, z, difference.Inputs[0], a) ?? Gru(node, Opposite(z), a, difference.Inputs[0]);
                    if (found is not null)
                        return found;
                }
            }

            if (forms.Producer(a) is { OpType: "Mul" } other && Mixed(node, other, product) is { } mixed)
                return mixed;
        }

        return null;
    }

    /// <summary>z · p + (1 − z) · q.</summary>
    private RecurrentCell? Mixed(OnnxNode node, OnnxNode first, OnnxNode second)
    {
        foreach (var (gate, p) in Orders(first))
        {
            foreach (var (rest, q) in Orders(second))
            {
                if (forms.Producer(rest) is { OpType: "Sub" } sub && forms.Scalar(sub.Inputs[0]) is 1
                    && forms.Wire(sub.Inputs[1]) == forms.Wire(gate) && _gates.Of(gate) is { } z
                    && (Gru(node, z, p, q) ?? Gru(node, Opposite(z), q, p)) is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }

    /// <summary>1 − z as a gate; null where ONNX has none for it.</summary>
    private static Gate? Opposite(Gate z) => z.Activation == Activation.Sigmoid ? z with { Form = z.Form.Negated() } : null;

    /// <param name="z">Keeps <paramref name="kept"/> where it is 1.</param>
    private RecurrentCell? Gru(OnnxNode node, Gate? z, string kept, string candidate)
    {
        if (z is null || _gates.Named(candidate) is not var (activation, sum))
            return null;

        var h = forms.Wire(kept);
        return forms.Of(sum) is { } form ? ResetBefore(node, z, h, activation, form) : ResetAfter(node, z, h, activation, sum);
    }

    /// <summary>g = act(x W + (r · h) R + b).</summary>
    private RecurrentCell? ResetBefore(OnnxNode node, Gate z, string h, Activation activation, AffineForm form)
    {
        foreach (var source in form.Terms.Keys)
        {
            if (forms.Producer(source) is not { OpType: "Mul" } product)
                continue;

            foreach (var (reset, kept) in Orders(product))
            {
                if (forms.Wire(kept) != h || _gates.Of(reset) is not { } r || r.Activation != z.Activation)
                    continue;

                var others = form.Terms.Keys.Where(key => key != source).ToArray();
                if (others.Length == 1 && Sources([z, r], null) is var (x, state) && others[0] == (state == h ? x : state))
                {
                    return Checked(new RecurrentCell("GRU", others[0], h, null, node.Outputs[0], null,
                        [Weights(z.Form, others[0], h), Weights(r.Form, others[0], h),
                            new CellGate(form.Terms[others[0]], form.Terms[source], form.Bias)], [z.Activation, activation]));
                }
            }
        }

        return null;
    }

    /// <summary>g = act(x W + b + r · (h R + d)).</summary>
    private RecurrentCell? ResetAfter(OnnxNode node, Gate z, string h, Activation activation, string sum)
    {
        AffineForm? input = null;
        (Gate R, AffineForm Form)? recurrent = null;
        foreach (var addend in Addends(sum))
        {
            if (forms.Of(addend) is { } form)
            {
                if ((input = input is null ? form : input.Plus(form)) is null)
                    return null;
            }
            else if (recurrent is null && Reset(addend, h) is { } reset)
            {
                recurrent = reset;
            }
            else
            {
                return null;
            }
        }

        if (recurrent is not var (r, own) || input is not { Terms.Count: 1 } || r.Activation != z.Activation)
            return null;

        var x = input.Terms.Keys.Single();
        return x == h ? null : Checked(new RecurrentCell("GRU", x, h, null, node.Outputs[0], null,
            [Weights(z.Form, x, h), Weights(r.Form, x, h), new CellGate(input.Terms[x], own.Terms[h], input.Bias, own.Bias)],
            [z.Activation, activation])
        { LinearBeforeReset = true });
    }

    private (Gate R, AffineForm Form)? Reset(string wire, string h)
    {
        if (forms.Producer(wire) is not { OpType: "Mul" } product)
            return null;

        foreach (var (gate, recurrent) in Orders(product))
        {
            if (_gates.Of(gate) is { } r && forms.Of(recurrent) is { Terms.Count: 1 } form && form.Terms.ContainsKey(h))
                return (r, form);
        }

        return null;
    }

    private IEnumerable<string> Addends(string wire) =>
        forms.Of(wire) is null && forms.Producer(wire) is { OpType: "Add" } sum ? sum.Inputs.SelectMany(Addends) : [wire];

    /// <summary>h' = act(x W + h R + b), where h is carried.</summary>
    private RecurrentCell? Simple(OnnxNode node)
    {
        if (_gates.Of(node.Outputs[0]) is not { } gate || gate.Form.Terms.Count != 2)
            return null;

        var h = gate.Form.Terms.Keys.FirstOrDefault(wire => becomes(wire, node));
        var x = gate.Form.Terms.Keys.FirstOrDefault(wire => wire != h);
        return h is null || x is null ? null
            : Checked(new RecurrentCell("RNN", x, h, null, node.Outputs[0], null, [Weights(gate.Form, x, h)], [gate.Activation]));
    }

    /// <summary>The two wires that gates are made of: the input, and the last output, whose matrix is square.</summary>
    /// <param name="known">The last output, where it is known.</param>
    private (string X, string H)? Sources(IReadOnlyList<Gate> gates, string? known)
    {
        string[] wires = [.. gates.SelectMany(gate => gate.Form.Terms.Keys).Distinct()];
        if (wires.Length != 2 || gates.Any(gate => gate.Form.Width != gates[0].Form.Width))
            return null;

        // Where both are square, the one that is carried is the cell's own; which is which does not change the sum.
        var h = wires.FirstOrDefault(wire => wire == known) ?? wires.FirstOrDefault(wire => isCarried(wire) && IsSquare(gates, wire))
            ?? wires.FirstOrDefault(wire => IsSquare(gates, wire));
        return h is null ? null : (wires.First(wire => wire != h), h);
    }

    private static bool IsSquare(IReadOnlyList<Gate> gates, string wire) =>
        gates.All(gate => !gate.Form.Terms.TryGetValue(wire, out var matrix) || matrix.Rows == gate.Form.Width);

    private static CellGate Weights(AffineForm form, string x, string h) =>
        new(form.Terms.GetValueOrDefault(x), form.Terms.GetValueOrDefault(h), form.Bias);

    /// <summary>Null where the weights do not have the sizes of a cell.</summary>
    private static RecurrentCell? Checked(RecurrentCell cell)
    {
        var inputs = cell.Gates.Select(gate => gate.Input?.Rows).Where(rows => rows is not null).Distinct().ToArray();
        return inputs.Length == 1 && cell.Gates.All(gate => gate.Bias.Length == cell.Hidden
            && (gate.Recurrent is null || gate.Recurrent.Rows == cell.Hidden)) ? cell : null;
    }

    private static (string, string)[] Orders(OnnxNode node) => [(node.Inputs[0], node.Inputs[1]), (node.Inputs[1], node.Inputs[0])];
}
