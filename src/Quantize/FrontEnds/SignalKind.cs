namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>What the elements of a <see cref="Signal"/> are.</summary>
internal enum SignalKind
{
    /// <summary>Consecutive samples of one channel, [chunk].</summary>
    Samples,

    /// <summary>One sample of several channels, [channels].</summary>
    Channels,

    /// <summary>A frame's features; with several frames an element, [frames, features].</summary>
    Rows,
}
