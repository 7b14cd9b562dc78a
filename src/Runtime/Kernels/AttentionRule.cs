namespace EdgeSeq.Runtime.Kernels;

/// <summary>How scores become weights: s = scale·(q·k), then softcap·tanh(s/softcap), then + bias, then softmax.</summary>
internal readonly ref struct AttentionRule
{
    public required float Scale { get; init; }

    /// <summary>0: none.</summary>
    public float Softcap { get; init; }

    public AttentionBias Kind { get; init; }

    /// <summary>Biases of the first query head of the call, one per slot or distance (see <see cref="AttentionBias"/>); those of
    /// the next query heads follow <see cref="BiasStride"/> elements apart.</summary>
    public ReadOnlySpan<float> Bias { get; init; }

    /// <summary>0 where the query heads share one bias.</summary>
    public int BiasStride { get; init; }
}
