namespace EdgeSeq.Runtime.Kernels;

/// <summary>How scores become weights: s = scale·(q·k), then softcap·tanh(s/softcap), then + bias + keyBias, then softmax; zeros where
/// every key is hidden.</summary>
internal readonly ref struct AttentionRule
{
    /// <summary>A score at or below this is that of a hidden key.</summary>
    public const float Hidden = -1e30f;

    public required float Scale { get; init; }

    /// <summary>Whether the products of queries and keys, scaled, are the scores.</summary>
    public bool IsPlain => Softcap == 0f && Kind == AttentionBias.None && KeyBias.IsEmpty;

    /// <summary>0: none.</summary>
    public float Softcap { get; init; }

    public AttentionBias Kind { get; init; }

    /// <summary>Biases of the first query head of the call, one per slot or distance (see <see cref="AttentionBias"/>); those of
    /// the next query heads follow <see cref="BiasStride"/> elements apart.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>0 where the query heads share one bias.</summary>
    public int BiasStride { get; init; }

    /// <summary>One more bias per slot, the same for all heads; empty: none.</summary>
    public ReadOnlySpan<float> KeyBias { get; init; }
}
