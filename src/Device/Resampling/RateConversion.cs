namespace EdgeSeq.Device.Resampling;

/// <summary>A change of the sampling rate that a source makes on the way to the program.</summary>
/// <param name="FromHz">Samples a second of the source.</param>
/// <param name="ToHz">Samples a second that the program takes.</param>
/// <param name="DelaySeconds">By how much the filter makes them late.</param>
public sealed record RateConversion(double FromHz, double ToHz, double DelaySeconds);
