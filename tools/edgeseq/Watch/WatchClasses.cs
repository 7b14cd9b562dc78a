namespace EdgeSeq.Tool.Watch;

/// <summary>The values of an output by their labels.</summary>
internal sealed record WatchClasses(string Output, IReadOnlyList<string> Labels, float[] Values);
