namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Copies of one cell with the same weights, each on the next element of a sequence and on the state of the copy before, are one
/// recurrent node. The first copy may have been simplified by the exporter: then its state is taken to be zero, and the check of the
/// rewriting tells.
/// </summary>
internal static class UnrolledCells
{
    private const int FewestCopies = 3;

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        if (graph.Nodes.Count(node => node.OpType is "Tanh" or "Relu" or "Sigmoid" or "Softsign") < FewestCopies)
            return false;

        var producers = graph.Producers();
        var elements = new SequenceElements(graph, producers, _ => null);
        var forms = new AffineForms(graph, _ => null, wire => elements.Of(wire) is not null);
        var outputs = new HashSet<string>();
        var matcher = new CellMatcher(graph, forms, (wire, node) => forms.Producer(wire)?.OpType == node.OpType, outputs.Contains);
        var cells = new List<RecurrentCell>();
        foreach (var node in graph.Nodes.Where(node => node.Domain.Length == 0))
        {
            if (matcher.Of(node) is { } cell)
            {
                cells.Add(cell);
                outputs.Add(cell.NextH);
            }
        }

        if (cells.Count < FewestCopies - 1)
            return false;

        var scope = new UnrolledScope(graph);
        var changed = false;
        foreach (var chain in Chains(cells, forms))
            changed |= Replace(scope, chain);

        if (changed)
            scope.Finish();

        return changed;
    }

    /// <summary>Cells that follow each other, from the first.</summary>
    private static IEnumerable<List<RecurrentCell>> Chains(List<RecurrentCell> cells, AffineForms forms)
    {
        var byState = cells.ToLookup(cell => forms.Wire(cell.H));
        var given = cells.Select(cell => cell.NextH).ToHashSet();
        foreach (var first in cells.Where(cell => !given.Contains(forms.Wire(cell.H))))
        {
            var chain = new List<RecurrentCell> { first };
            while (byState[chain[^1].NextH].FirstOrDefault(next => Follows(chain[^1], next)) is { } next)
                chain.Add(next);

            if (chain.Count >= FewestCopies - 1)
                yield return chain;
        }
    }

    private static bool Follows(RecurrentCell cell, RecurrentCell next) =>
        next.OpType == cell.OpType && next.C == cell.NextC && next.LinearBeforeReset == cell.LinearBeforeReset
        && next.Activations.SequenceEqual(cell.Activations) && next.Gates.Zip(cell.Gates).All(pair => IsSame(pair.First, pair.Second));

    private static bool IsSame(CellGate a, CellGate b) => IsSame(a.Input, b.Input) && IsSame(a.Recurrent, b.Recurrent)
        && a.Bias.AsSpan().SequenceEqual(b.Bias) && (a.RecurrentBias ?? []).AsSpan().SequenceEqual(b.RecurrentBias ?? []);

    private static bool IsSame(Matrix? a, Matrix? b) => (a?.Values ?? []).AsSpan().SequenceEqual(b?.Values ?? []);

    private static bool Replace(UnrolledScope scope, List<RecurrentCell> chain)
    {
        var elements = chain.ConvertAll(cell => scope.Elements.Of(cell.X));
        if (elements[0] is not { } first || scope.RankOf(first.Sequence) != 3 || scope.SizeOf(first.Sequence, first.Axis) is not long size)
            return false;

        // Where the first copy has another form, the second one stands at element 1.
        var missing = (int)(size - chain.Count);
        var forwards = Follow(false);
        if (missing is not (0 or 1) || !(forwards || Follow(true)))
            return false;

        bool Follow(bool backwards) => elements.Select((element, i) => element is { } each && each.Sequence == first.Sequence
            && each.Axis == first.Axis && (each.Index + size) % size == (backwards ? size - 1 - i - missing : i + missing))
            .All(fits => fits);

        var cell = chain[0];
        var name = scope.Producers[chain[^1].NextH].Name;
        string[] states = [.. new[] { cell.H, cell.C }.OfType<string>().Select(wire => missing == 0
            ? WithLeading(scope, name, wire, scope.RankOf(wire) ?? 2, 3) : "")];
        var inFront = scope.InFront(name, first.Sequence, first.Axis);
        var outputs = scope.Add(name, cell.OpType,
            [
                forwards ? inFront : Reversed(scope, name, inFront), scope.Constant(name, CellTensors.Input(cell)),
                scope.Constant(name, CellTensors.Recurrent(cell)), scope.Constant(name, CellTensors.Biases(cell)), "", .. states,
            ], 1 + states.Length, CellTensors.Attributes(cell));
        var sequence = scope.Add(name, "Squeeze", [outputs[0], scope.Constant(name, OnnxTensor.Vector(1))]);
        string[] given = [.. missing == 1 ? [cell.H] : Array.Empty<string>(), .. chain.Select(each => each.NextH)];
        for (var t = 0; t < given.Length; t++)
        {
            var index = scope.Constant(name, OnnxTensor.Scalar(t == given.Length - 1 ? -1L : t));
            var element = scope.Add(name, "Gather", [sequence, index], ("axis", 0L));
            scope.Replace(given[t], WithLeading(scope, name, element, 2, scope.RankOf(given[t]) ?? 2));
        }

        if (chain[^1].NextC is { } last)
            scope.Replace(last, scope.Add(name, "Squeeze", [outputs[2], scope.Constant(name, OnnxTensor.Vector(0))]));

        return true;
    }

    /// <summary>A sequence along the first axis, the last element first.</summary>
    private static string Reversed(UnrolledScope scope, string name, string sequence) => scope.Add(name, "Slice",
        [sequence, .. new[] { -1, long.MinValue, 0, -1 }.Select(bound => scope.Constant(name, OnnxTensor.Vector(bound)))]);

    /// <summary>The wire with dimensions of 1 in front, up to a rank.</summary>
    private static string WithLeading(UnrolledScope scope, string name, string wire, int rank, int wanted) => rank >= wanted ? wire
        : scope.Add(name, "Unsqueeze",
            [wire, scope.Constant(name, OnnxTensor.Vector([.. Enumerable.Range(0, wanted - rank).Select(axis => (long)axis)]))]);
}
