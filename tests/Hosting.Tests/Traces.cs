using System.Collections.Concurrent;
using System.Diagnostics;

namespace EdgeSeq.Hosting.Tests;

/// <summary>Keeps the activities that end.</summary>
internal sealed class Traces : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = [];

    public Traces()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EdgeSeqTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those of a version; null: of none. Other tests run beside this one.</summary>
    public IEnumerable<Activity> Of(string name, string? checksum) =>
        _ended.Where(activity => activity.OperationName == name && (string?)activity.GetTagItem("edgeseq.checksum") == checksum);

    public void Dispose() => _listener.Dispose();
}
