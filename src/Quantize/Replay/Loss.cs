namespace EdgeSeq.Quantize.Replay;

/// <summary>
/// What an output loses against a reference, as a share: with labels, the accuracy of the reference less its own; without, the share of
/// its decisions that differ, more than which no accuracy can be lost; and of an output that decides nothing, the root mean square of its
/// error over that of the reference.
/// </summary>
internal static class Loss
{
    /// <param name="reference">Scored by labels; empty where there are none.</param>
    /// <param name="actual">The same outputs of the program.</param>
    public static double Of(OutputError error, Accuracy reference, Accuracy actual) =>
        reference.All > 0 ? reference.Share - actual.Share
        : error.Agreement is double agreement ? 1 - agreement
        : error.RelativeError;
}
