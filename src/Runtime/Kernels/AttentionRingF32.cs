namespace EdgeSeq.Runtime.Kernels;

/// <summary>The tokens of all key/value heads in float32, token j in slot j mod window. Head after head, keys are a packed matrix of
/// [window, keySize], values one of [valueSize, window].</summary>
internal readonly ref struct AttentionRingF32
{
    public readonly Span<float> Keys;
    public readonly Span<float> Values;
    public readonly int Heads;
    public readonly int KeySize;
    public readonly int ValueSize;
    public readonly int Window;

    /// <param name="keys">heads × <see cref="PackedLayout.LengthF32"/>(window, keySize) elements.</param>
    /// <param name="values">heads × <see cref="PackedLayout.LengthF32"/>(valueSize, window) elements.</param>
    public AttentionRingF32(Span<float> keys, Span<float> values, int heads, int keySize, int valueSize, int window)
    {
        if (keys.Length < heads * (long)PackedLayout.LengthF32(window, keySize)
            || values.Length < heads * (long)PackedLayout.LengthF32(valueSize, window))
        {
            throw new ArgumentException(
                $"A ring of {heads} heads and {window} tokens with keys of {keySize} and values of {valueSize} needs more memory than given.");
        }

        Keys = keys;
        Values = values;
        Heads = heads;
        KeySize = keySize;
        ValueSize = valueSize;
        Window = window;
    }

    /// <summary>Elements from one head's keys to the next one's.</summary>
    public int KeysLength => PackedLayout.LengthF32(Window, KeySize);

    /// <summary>Elements from one head's values to the next one's.</summary>
    public int ValuesLength => PackedLayout.LengthF32(ValueSize, Window);
}
