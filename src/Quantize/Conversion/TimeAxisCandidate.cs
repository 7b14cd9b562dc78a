namespace EdgeSeq.Quantize.Conversion;

/// <summary>What a step graph must show before its time axis, which nobody named, is believed.</summary>
internal enum TimeAxisProof
{
    /// <summary>The user or the dimension's name says that this is time.</summary>
    None,

    /// <summary>The place is usual for time: no node may object.</summary>
    Place,

    /// <summary>The place is as usual for a batch, whose elements would stream just as well: something must be kept from step to
    /// step.</summary>
    State,

    /// <summary>The place is as usual for features: a recurrent layer must run along it.</summary>
    Recurrence,
}

/// <summary>One assignment of time axes to inputs that is worth trying.</summary>
/// <param name="Axes">Time axis by input name.</param>
/// <param name="Proof">When the assignment is believed.</param>
internal sealed record TimeAxisCandidate(IReadOnlyDictionary<string, int> Axes, TimeAxisProof Proof);
