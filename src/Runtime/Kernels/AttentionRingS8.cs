namespace EdgeSeq.Runtime.Kernels;

/// <summary>The tokens of all key/value heads in int8, token j in slot j mod window. Head after head, keys are a packed matrix of
/// [window, keySize], values one of [valueSize, window], each token with one scale per array.</summary>
internal readonly ref struct AttentionRingS8
{
    /// <summary>Tokens whose weighted values are summed in int32: 1024·16383·128 is below 2³¹.</summary>
    public const int TokensPerSum = 1024;

    public readonly Span<sbyte> Keys;
    public readonly Span<sbyte> Values;
    public readonly Span<float> KeyScale;
    public readonly Span<float> ValueScale;
    public readonly int Heads;
    public readonly int KeySize;
    public readonly int ValueSize;
    public readonly int Window;

    /// <param name="keys">heads × <see cref="PackedLayout.LengthS8"/>(window, keySize) elements.</param>
    /// <param name="values">heads × <see cref="PackedLayout.LengthS8"/>(valueSize, window) elements.</param>
    /// <param name="keyScale">heads × window elements.</param>
    /// <param name="valueScale">heads × window elements.</param>
    public AttentionRingS8(Span<sbyte> keys, Span<sbyte> values, Span<float> keyScale, Span<float> valueScale, int heads, int keySize,
        int valueSize, int window)
    {
        if (keys.Length < heads * (long)PackedLayout.LengthS8(window, keySize)
            || values.Length < heads * (long)PackedLayout.LengthS8(valueSize, window)
            || keyScale.Length < heads * (long)window || valueScale.Length < heads * (long)window)
        {
            throw new ArgumentException(
                $"A ring of {heads} heads and {window} tokens with keys of {keySize} and values of {valueSize} needs more memory than given.");
        }

        Keys = keys;
        Values = values;
        KeyScale = keyScale;
        ValueScale = valueScale;
        Heads = heads;
        KeySize = keySize;
        ValueSize = valueSize;
        Window = window;
    }

    /// <summary>Elements from one head's keys to the next one's.</summary>
    public int KeysLength => PackedLayout.LengthS8(Window, KeySize);

    /// <summary>Elements from one head's values to the next one's.</summary>
    public int ValuesLength => PackedLayout.LengthS8(ValueSize, Window);
}
