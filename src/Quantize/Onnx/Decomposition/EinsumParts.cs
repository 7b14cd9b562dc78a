namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>
/// Einsum as Transpose, ReduceSum and MatMul (or Mul, where nothing is summed over both), operand by operand. Labels that both
/// operands and what follows have are batch axes; those that nothing has any more are summed.
/// </summary>
internal static class EinsumParts
{
    public static bool Apply(NodeParts parts)
    {
        var equation = parts.Node.String("equation").Replace(" ", "", StringComparison.Ordinal);
        var sides = equation.Split("->");
        var terms = sides[0].Split(',');
        if (equation.Contains('.', StringComparison.Ordinal) && !Spell(parts, sides, terms))
            return false;

        var result = sides.Length > 1 ? sides[1] : ImpliedResult(string.Join(',', terms));
        if (terms.Length < 1 || terms.Length != parts.Node.Inputs.Count || terms.Append(result).Any(HasRepeats))
            return false;

        var operands = terms.Select((labels, i) =>
            SumOut(parts, new Operand(parts.Node.Inputs[i], labels), string.Concat(terms.Where((_, j) => j != i)) + result)).ToArray();
        var product = operands[0];
        for (var i = 1; i < operands.Length; i++)
        {
            var later = string.Concat(operands[(i + 1)..].Select(operand => operand.Labels)) + result;
            product = Product(parts, product, operands[i], i == operands.Length - 1 ? result : Kept(product, operands[i], later));
        }

        parts.Output(0, Ordered(parts, product, result).Wire);
        return true;
    }

    /// <summary>Writes labels in the place of dots; all terms that have dots must have as many axes there. False where that is not
    /// known.</summary>
    private static bool Spell(NodeParts parts, string[] sides, string[] terms)
    {
        const string dots = "...";
        int[] counts = [.. terms.Select((term, i) => (term, rank: i < parts.Node.Inputs.Count ? parts.Rank(parts.Node.Inputs[i]) : -1))
            .Where(each => each.term.Contains(dots, StringComparison.Ordinal))
            .Select(each => each.rank < 0 ? -1 : each.rank - (each.term.Length - dots.Length)).Distinct()];
        if (counts is not [>= 0 and var count] || sides.Length < 2)
            return false;

        var labels = string.Concat("ABCDEFGHIJKLMNOPQRSTUVWXYZ".Where(label =>
            !string.Join("", sides).Contains(label, StringComparison.Ordinal)).Take(count));
        for (var i = 0; i < terms.Length; i++)
            terms[i] = terms[i].Replace(dots, labels, StringComparison.Ordinal);

        sides[1] = sides[1].Replace(dots, labels, StringComparison.Ordinal);
        return true;
    }

    /// <summary>Without an arrow the result has, in alphabetical order, the labels that occur once.</summary>
    private static string ImpliedResult(string terms) =>
        string.Concat(terms.Where(char.IsLetter).GroupBy(label => label).Where(group => group.Count() == 1).Select(group => group.Key)
        .Order());

    /// <summary>The labels of two operands that are still wanted, those that both have in front.</summary>
    private static string Kept(Operand a, Operand b, string later)
    {
        bool IsWanted(char label) => later.Contains(label, StringComparison.Ordinal);
        return Where(a.Labels, label => b.Has(label) && IsWanted(label)) + Where(a.Labels, label => !b.Has(label) && IsWanted(label))
            + Where(b.Labels, label => !a.Has(label) && IsWanted(label));
    }

    private static bool HasRepeats(string labels) => labels.Distinct().Count() != labels.Length;

    /// <summary>Sums over the labels that nothing else has.</summary>
    private static Operand SumOut(NodeParts parts, Operand x, string others)
    {
        long[] axes = [.. Enumerable.Range(0, x.Labels.Length).Where(i => !others.Contains(x.Labels[i], StringComparison.Ordinal))
            .Select(i => (long)i)];
        return axes.Length == 0
            ? x
            : new Operand(parts.Add("ReduceSum", [x.Wire, parts.Ints(axes)], ("keepdims", 0L)),
            string.Concat(x.Labels.Where(label => others.Contains(label, StringComparison.Ordinal))));
    }

    private static Operand Product(NodeParts parts, Operand a, Operand b, string result)
    {
        if (parts.Graph.Constant(a.Wire) is not null && parts.Graph.Constant(b.Wire) is null)
            (a, b) = (b, a);

        var summed = Where(a.Labels, label => b.Has(label) && !result.Contains(label, StringComparison.Ordinal));
        if (summed.Length == 0)
            return new Operand(parts.Add("Mul", [Spread(parts, a, result).Wire, Spread(parts, b, result).Wire]), result);

        var batch = Where(result, label => a.Has(label) && b.Has(label));
        string rows = Where(result, label => a.Has(label) && !b.Has(label)),
            columns = Where(result, label => b.Has(label) && !a.Has(label));
        if (batch.Length == 0 && parts.Graph.Constant(b.Wire) is OnnxTensor matrix)
            return TimesMatrix(parts, a, b, matrix, rows, summed, columns);

        // All but the last row and column label are batch axes too, of size 1 in the operand that lacks them.
        var outer = batch + Front(rows) + Front(columns);
        var left = Merged(parts, Arranged(parts, a, outer + Last(rows), summed), outer.Length + Last(rows).Length, summed);
        var right = Merged(parts, Arranged(parts, b, outer + Last(columns), summed), outer.Length + Last(columns).Length, summed);
        var x = rows.Length == 0 ? parts.Unsqueeze(left, -2) : left;
        var y = columns.Length == 0 ? parts.Unsqueeze(right, -1)
            : parts.Transpose(right, [.. Enumerable.Range(0, outer.Length).Select(i => (long)i), outer.Length + 1, outer.Length]);
        var product = parts.Add("MatMul", [x, y]);
        product = columns.Length == 0 ? parts.Squeeze(product, -1) : product;
        product = rows.Length == 0 ? parts.Squeeze(product, columns.Length == 0 ? -1 : -2) : product;
        return new Operand(product, outer + Last(rows) + Last(columns));
    }

    /// <summary>A constant factor becomes one matrix [summed, columns], whatever axes it has of either kind.</summary>
    private static Operand TimesMatrix(NodeParts parts, Operand a, Operand b, OnnxTensor matrix, string rows, string summed, string columns)
    {
        long SizeOf(char label) => matrix.Dims[b.Labels.IndexOf(label, StringComparison.Ordinal)];
        var left = Merged(parts, Arranged(parts, a, rows, summed), rows.Length, summed);
        var right = parts.Reshape(Arranged(parts, b, summed, columns).Wire, summed.Aggregate(1L, (product, label) =>
            product * SizeOf(label)), columns.Aggregate(1L, (product, label) => product * SizeOf(label)));
        var product = parts.Add("MatMul", [left, right]);
        if (columns.Length != 1)
            product = parts.Reshape(product, [.. rows.Select(_ => 0L), .. columns.Select(SizeOf)]);

        return new Operand(product, rows + columns);
    }

    /// <summary>The operand with axes in the order of <paramref name="first"/> and <paramref name="last"/>; labels that it lacks become
    /// axes of 1.</summary>
    private static Operand Arranged(NodeParts parts, Operand x, string first, string last)
    {
        var labels = first + last;
        var own = Where(labels, x.Has);
        return Spread(parts, Ordered(parts, x, own), labels);
    }

    /// <summary>The summed axes, which are last, as one.</summary>
    private static string Merged(NodeParts parts, Operand x, int before, string summed) =>
        summed.Length == 1 ? x.Wire : parts.Reshape(x.Wire, [.. Enumerable.Repeat(0L, before), -1]);

    private static Operand Ordered(NodeParts parts, Operand x, string labels) =>
        new(parts.Transpose(x.Wire, [.. labels.Select(label => (long)x.Labels.IndexOf(label, StringComparison.Ordinal))]), labels);

    private static Operand Spread(NodeParts parts, Operand x, string labels)
    {
        var ordered = Ordered(parts, x, Where(labels, x.Has));
        return new Operand(parts.Unsqueeze(ordered.Wire,
            [.. Enumerable.Range(0, labels.Length).Where(i => !x.Has(labels[i])).Select(i => (long)i)]), labels);
    }

    private static string Where(string labels, Func<char, bool> holds) => string.Concat(labels.Where(holds));

    private static string Front(string labels) => labels.Length == 0 ? "" : labels[..^1];

    private static string Last(string labels) => labels.Length == 0 ? "" : labels[^1..];

    private sealed record Operand(string Wire, string Labels)
    {
        public bool Has(char label) => Labels.Contains(label, StringComparison.Ordinal);
    }
}
