namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>
/// Copies of a cell of any kind, each on the next elements of sequences and on what the copy before gave, become the loop that an
/// exporter wrote out. What is read behind it is what copies give, joined along time or of the last copy alone.
/// </summary>
internal static class UnrolledLoops
{
    private const int FewestCopies = 3;

    /// <returns>Whether anything changed.</returns>
    public static bool Apply(OnnxGraph graph)
    {
        if (graph.Nodes.Count(node => node.OpType is "Gather" or "Squeeze" or "Split") < FewestCopies)
            return false;

        var scope = new UnrolledScope(graph);
        foreach (var copies in CopyTimes.Counts(scope, FewestCopies))
        {
            if (Apply(scope, new CopyTimes(scope, copies)))
                return true;
        }

        return false;
    }

    private static bool Apply(UnrolledScope scope, CopyTimes times)
    {
        var results = CopyResult.Joins(scope, times.Copies).Concat(new LastCopies(scope, times).Find().Select(CopyResult.OfLast)).ToList();
        var changed = false;
        while (results.Count > 0)
        {
            var first = results[0];
            var mark = scope.Added.Count;
            var together = Together(scope, times, results, first);
            if (together.Count > 0)
                Replace(scope, times, together);
            else
                scope.Added.RemoveRange(mark, scope.Added.Count - mark);

            changed |= together.Count > 0;
            results.RemoveAll(result => result == first || together.Contains(result));
        }

        // Sizes along time are known of the graph as it came: all its loops, layer by layer, are found before it changes.
        if (changed)
            scope.Finish();

        return changed;
    }

    /// <summary>Results that one loop gives; none where the first is not one of a loop.</summary>
    private static List<CopyResult> Together(UnrolledScope scope, CopyTimes times, List<CopyResult> results, CopyResult first)
    {
        List<CopyResult> together = [];
        if (!Holds([first]))
            return together;

        together.Add(first);
        var behind = scope.Behind(first.Replaced);
        foreach (var other in results.Where(result => result != first && !IsBehind(result)))
        {
            if (Holds([.. together, other]))
            {
                together.Add(other);
                behind.UnionWith(scope.Behind(other.Replaced));
            }
        }

        return together;

        bool IsBehind(CopyResult result) => result.Wires.Any(wire => wire is not null && behind.Contains(wire));

        bool Holds(List<CopyResult> tried)
        {
            var body = new RolledCopies(scope, times, first.Name);
            return tried.All(result => body.Add(result.Wires) is not null) && body.HasState;
        }
    }

    private static void Replace(UnrolledScope scope, CopyTimes times, List<CopyResult> together)
    {
        var name = together[0].Name;
        var body = new RolledCopies(scope, times, name);
        foreach (var result in together)
            body.Add(result.Wires);

        var stacked = body.Loop();
        for (var k = 0; k < together.Count; k++)
            scope.Replace(together[k].Replaced, together[k].From(scope, stacked[k]));
    }
}
