namespace EdgeSeq.Runtime.Kernels;

/// <summary>What indexes a bias of attention scores.</summary>
internal enum AttentionBias
{
    None,

    /// <summary>The distance from the newest token, 0 for itself.</summary>
    Relative,

    /// <summary>The token's slot in the ring, which is its position as long as the ring has not wrapped.</summary>
    Absolute,
}
