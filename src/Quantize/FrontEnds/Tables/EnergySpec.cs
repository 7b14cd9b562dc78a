namespace EdgeSeq.Quantize.FrontEnds.Tables;

/// <summary>The logarithm of a frame's energy among its features.</summary>
/// <param name="Stage">raw: the sum of the squared samples after the removal of DC; power_spectrum: the sum over the bins; windowed: the
/// sum of the squared samples behind pre-emphasis and window.</param>
/// <param name="Floor">The least energy; power_spectrum: what stands for 0.</param>
internal sealed record EnergySpec(string Stage, double Floor, EnergyPlace Place);
