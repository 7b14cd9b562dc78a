namespace EdgeSeq.Quantize.Streaming;

/// <summary>Where a weight lies in a constant.</summary>
/// <param name="At">Its place, or that of one of the same row.</param>
/// <param name="IsThere">False: the weight is zero.</param>
internal readonly record struct WeightSource(int At, bool IsThere);
