namespace EdgeSeq.Device.Decisions;

/// <summary>What is made of scores before they meet the thresholds.</summary>
public enum Smoothing
{
    None,

    /// <summary>The mean of the last scores.</summary>
    Mean,

    /// <summary>Each score pulls the smoothed one by the same share.</summary>
    Exponential,

    /// <summary>The share of the last outputs in which a class was on top.</summary>
    Majority,
}
