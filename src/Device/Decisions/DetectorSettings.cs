namespace EdgeSeq.Device.Decisions;

/// <summary>A rule's thresholds and its lengths in samples of the source.</summary>
internal readonly record struct DetectorSettings(float On, float Off, long Least, long Gap, long Pad, long Pause);
