namespace EdgeSeq.Device.Sources;

/// <summary>How a file is read whose shape fits both one recording and a set of them.</summary>
public enum RecordingsWanted
{
    /// <summary>The usual reading, and the user is told.</summary>
    Usual,

    One,

    Many,
}
