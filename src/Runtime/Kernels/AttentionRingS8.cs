namespace EdgeSeq.Runtime.Kernels;

/// <summary>The tokens of one key/value head in int8, token j in slot j mod window. Keys are a packed matrix of
/// [window, keySize], values one of [valueSize, window], each token with one scale per array.</summary>
internal readonly ref struct AttentionRingS8
{
    public readonly Span<sbyte> Keys;
    public readonly Span<sbyte> Values;
    public readonly Span<float> KeyScale;
    public readonly Span<float> ValueScale;
    public readonly int KeySize;
    public readonly int ValueSize;
    public readonly int Window;

    /// <param name="keys"><see cref="PackedLayout.LengthS8"/>(window, keySize) elements.</param>
    /// <param name="values"><see cref="PackedLayout.LengthS8"/>(valueSize, window) elements.</param>
    /// <param name="keyScale">window elements.</param>
    /// <param name="valueScale">window elements.</param>
    public AttentionRingS8(Span<sbyte> keys, Span<sbyte> values, Span<float> keyScale, Span<float> valueScale, int keySize, int valueSize, int window)
    {
        if (keys.Length < PackedLayout.LengthS8(window, keySize) || values.Length < PackedLayout.LengthS8(valueSize, window)
            || keyScale.Length < window || valueScale.Length < window)
            throw new ArgumentException($"A ring of {window} tokens with keys of {keySize} and values of {valueSize} needs more memory than given.");
        Keys = keys;
        Values = values;
        KeyScale = keyScale;
        ValueScale = valueScale;
        KeySize = keySize;
        ValueSize = valueSize;
        Window = window;
    }
}
