using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EdgeSeq.Fleet.Telemetry;

/// <summary>What a silo counts and times, for OpenTelemetry: the meter and the activity source <c>EdgeSeq.Fleet</c>.</summary>
public sealed class FleetMetrics : IDisposable
{
    public const string Name = "EdgeSeq.Fleet";

    /// <summary>Spans of calls of shards.</summary>
    public static readonly ActivitySource Activities = new(Name);

    private readonly Meter _meter;
    private readonly Counter<long> _steps;
    private readonly Counter<long> _faults;
    private readonly Counter<long> _malformed;
    private readonly Counter<long> _retriedOutputs;
    private readonly Counter<long> _retriedInputs;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _latency;
    private readonly UpDownCounter<long> _shards;

    public FleetMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _steps = _meter.CreateCounter<long>("edgeseq.steps", "{step}", "Steps done");
        _faults = _meter.CreateCounter<long>("edgeseq.samples.faults", "{sample}", "Samples held, refused, late, duplicate or missing");
        _malformed = _meter.CreateCounter<long>("edgeseq.messages.malformed", "{message}", "Messages that were refused whole");
        _retriedOutputs = _meter.CreateCounter<long>("edgeseq.outputs.retried", "{message}", "Deliveries that failed and were repeated");
        _retriedInputs = _meter.CreateCounter<long>("edgeseq.inputs.retried", "{call}", "Calls of shards that failed and were repeated");
        _dropped = _meter.CreateCounter<long>("edgeseq.watchers.dropped", "{message}", "Messages that a watcher was too slow for");
        _latency = _meter.CreateHistogram<double>("edgeseq.latency", "s", "From the receipt of a message until its steps are done");
        _shards = _meter.CreateUpDownCounter<long>("edgeseq.shards", "{shard}", "Shards on this silo");
    }

    public void Took(long steps, long faults, double seconds)
    {
        _steps.Add(steps);
        if (faults > 0)
            _faults.Add(faults);
        _latency.Record(seconds);
    }

    public void Malformed(string origin) => _malformed.Add(1, new KeyValuePair<string, object?>("origin", origin));

    public void OutputRetried(string output) => _retriedOutputs.Add(1, new KeyValuePair<string, object?>("output", output));

    public void InputRetried() => _retriedInputs.Add(1);

    public void Dropped() => _dropped.Add(1);

    public void ShardStarted() => _shards.Add(1);

    public void ShardEnded() => _shards.Add(-1);

    public void Dispose() => _meter.Dispose();
}
