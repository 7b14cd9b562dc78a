using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace EdgeSeq.Hosting.Tests;

/// <summary>Keeps what instruments of one test measure.</summary>
internal sealed class Numbers : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string[] Tags)> _measured = [];

    public Numbers(TestMeters meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public int Count(string name) => _measured.Count(each => each.Name == name);

    /// <summary>Of the measurements that have exactly these tags.</summary>
    public double Sum(string name, params string[] tags) =>
        _measured.Where(each => each.Name == name && each.Tags.SequenceEqual(tags)).Sum(each => each.Value);

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, value, [.. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]));
}
