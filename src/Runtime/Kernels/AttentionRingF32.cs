namespace EdgeSeq.Runtime.Kernels;

/// <summary>The tokens of one key/value head in float32, token j in slot j mod window. Keys are a packed matrix of
/// [window, keySize], values one of [valueSize, window].</summary>
internal readonly ref struct AttentionRingF32
{
    public readonly Span<float> Keys;
    public readonly Span<float> Values;
    public readonly int KeySize;
    public readonly int ValueSize;
    public readonly int Window;

    /// <param name="keys"><see cref="PackedLayout.LengthF32"/>(window, keySize) elements.</param>
    /// <param name="values"><see cref="PackedLayout.LengthF32"/>(valueSize, window) elements.</param>
    public AttentionRingF32(Span<float> keys, Span<float> values, int keySize, int valueSize, int window)
    {
        if (keys.Length < PackedLayout.LengthF32(window, keySize) || values.Length < PackedLayout.LengthF32(valueSize, window))
            throw new ArgumentException($"A ring of {window} tokens with keys of {keySize} and values of {valueSize} needs more memory than given.");
        Keys = keys;
        Values = values;
        KeySize = keySize;
        ValueSize = valueSize;
        Window = window;
    }
}
