namespace EdgeSeq.Quantize.Verification;

/// <summary>Where a recording stands among those that are verified.</summary>
internal readonly record struct RecordingPosition(int Recording, long FirstStep);
