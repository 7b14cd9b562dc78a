namespace EdgeSeq.Device.Sensors.Catalog;

/// <summary>A bus of this machine and what answers on it.</summary>
/// <param name="Bus">i2c, spi or w1.</param>
/// <param name="Node">Its file: <c>/dev/i2c-1</c>.</param>
/// <param name="Answers">Source strings that could be what answers there.</param>
/// <param name="Problem">Why it could not be looked at, null if it could.</param>
public sealed record BusFinding(string Bus, string Node, IReadOnlyList<string> Answers, string? Problem = null);
