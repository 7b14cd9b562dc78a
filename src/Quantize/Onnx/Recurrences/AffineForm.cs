namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>A row vector as a sum of other wires' vectors times constant matrices, and a constant.</summary>
/// <param name="Terms">The matrix of each wire.</param>
/// <param name="Bias">The constant, one value a column.</param>
internal sealed record AffineForm(IReadOnlyDictionary<string, Matrix> Terms, float[] Bias)
{
    public int Width => Bias.Length;

    public static AffineForm Constant(float[] values) => new(new Dictionary<string, Matrix>(), values);

    public AffineForm Part(int first, int count) => new(
        Terms.ToDictionary(term => term.Key, term => term.Value.ColumnsOf(first, count)), Bias[first..(first + count)]);

    /// <summary>Null where the widths do not fit.</summary>
    public AffineForm? Plus(AffineForm other)
    {
        if (other.Width == 1 && other.Terms.Count == 0)
            return this with { Bias = Array.ConvertAll(Bias, value => value + other.Bias[0]) };

        if (Width == 1 && Terms.Count == 0)
            return other.Plus(this);

        if (Width != other.Width || Terms.Any(term => other.Terms.TryGetValue(term.Key, out var same) && same.Rows != term.Value.Rows))
            return null;

        var terms = new Dictionary<string, Matrix>(Terms);
        foreach (var (wire, matrix) in other.Terms)
            terms[wire] = terms.TryGetValue(wire, out var own) ? own.Plus(matrix) : matrix;

        return new AffineForm(terms, [.. Bias.Zip(other.Bias, (a, b) => a + b)]);
    }

    public AffineForm Negated() => new(Terms.ToDictionary(term => term.Key, term => term.Value.Negated()), Array.ConvertAll(Bias, x => -x));
}
