namespace EdgeSeq.Quantize.Streaming.Attention;

/// <summary>
/// Attention scores [.., queries, keys] that are never stored: query times key, scaled, plus biases. Softmax over the keys and the
/// product with the values turn them into one attention op.
/// </summary>
/// <param name="Query">The queries [.., queries, keySize]: a sequence, or a latest value.</param>
/// <param name="Key">The key sequence.</param>
/// <param name="QueryAxis">Axis of the queries; −1 where the query is a latest value.</param>
/// <param name="KeyAxis">Axis of the keys.</param>
/// <param name="Scale">Factor on query times key.</param>
/// <param name="Biases">Terms added to the scaled product, in ONNX shape broadcast to [.., queries, keys].</param>
/// <param name="KeyBiases">Sequences of one number a key that are added, each with its factor: masks that come in as an input.</param>
/// <param name="Softmaxed">The softmax over the keys has been taken.</param>
/// <param name="InTanh">Factor on query times key within a tanh (softcap), where there is one; the scale is then outside of it.</param>
/// <param name="Weighted">The value sequence [.., keys, valueSize] that the weights multiply elementwise, still to be summed over the
/// keys.</param>
internal sealed record ScoresWire(
    StepWire Query, StreamWire Key, int QueryAxis, int KeyAxis, int[] FullShape, float Scale, IReadOnlyList<ScoreBias> Biases,
    IReadOnlyList<KeyBias> KeyBiases, bool Softmaxed, StreamWire? Weighted = null, float? InTanh = null)
    : Wire
{
    /// <summary>Factors for each query and key, in the place of a softmax.</summary>
    public IReadOnlyList<ScoreBias> Fading { get; init; } = [];

    /// <summary>Terms that follow from the query, by the distance of the key.</summary>
    public IReadOnlyList<RelativeTerm> Relative { get; init; } = [];

    /// <summary>Masks that make weights zero after the softmax.</summary>
    public IReadOnlyList<ScoreBias> After { get; init; } = [];

    /// <summary>Numbers for each query that the faded scores are divided by.</summary>
    public IReadOnlyList<StreamWire> Divisors { get; init; } = [];

    public override string Description(int inputRate) => "part of attention";

    /// <summary>The same scores of two sequences, told that the first factor was the keys and the second the queries.</summary>
    public ScoresWire KeysFirst() => this with
    {
        Query = Key.Transposed(),
        Key = ((StreamWire)Query).Transposed(),
        QueryAxis = KeyAxis,
        KeyAxis = QueryAxis,
        Biases = [.. Biases.Select(bias => bias with { QueryAxis = bias.KeyAxis, KeyAxis = bias.QueryAxis })],
        Relative = [.. Relative.Select(term => term with { QueryAxis = term.KeyAxis, KeyAxis = term.QueryAxis })],
    };
}
