using System.Globalization;
using System.Text;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Sinks.Prometheus;

/// <summary>A run's counters in Prometheus's text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
/// <param name="eventStarts">How often each event has started.</param>
internal sealed class PrometheusText(SinkContext context, long[] eventStarts)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const double SecondsPerNanosecond = 1e-9;

    private static readonly long[] BucketEnds = [.. Bounds()];
    private static readonly double[] Quantiles = [0.5, 0.9, 0.99, 0.999];

    /// <summary>All metrics as they are now; from any thread.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        var counters = context.Counters;
        Counter(text, "steps", "Steps done, refused ones included", counters.Steps);
        Counter(text, "outputs", "Steps with at least one output", counters.Outputs);
        Counter(text, "refused_steps", "Steps left out because of a fault in their input", counters.RefusedSteps);
        Counter(text, "held_steps", "Steps done with the last good input", counters.HeldSteps);
        Counter(text, "fault_resets", "State resets because of faults", counters.FaultResets);
        Counter(text, "deadline_misses", "Steps that were not done when the next one was due", counters.DeadlineMisses);
        WriteSampling(text);
        WriteEvents(text);
        WriteDeliveries(text);
        WriteLatency(text, counters.Latency);
        return text.ToString();
    }

    /// <summary>1, 2.5 and 5 of each decade from a microsecond to a second.</summary>
    private static IEnumerable<long> Bounds()
    {
        for (var decade = 1000L; decade < MonotonicClock.NanosecondsPerSecond; decade *= 10)
        {
            yield return decade;
            yield return decade * 5 / 2;
            yield return decade * 5;
        }

        yield return MonotonicClock.NanosecondsPerSecond;
    }

    private static void Counter(StringBuilder text, string name, string help, long value)
    {
        Head(text, $"{name}_total", "counter", help);
        Sample(text, $"{name}_total", "", value);
    }

    private static void Head(StringBuilder text, string name, string kind, string help) =>
        text.Append(CultureInfo.InvariantCulture, $"# HELP edgeseq_{name} {help}.\n# TYPE edgeseq_{name} {kind}\n");

    private static void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(CultureInfo.InvariantCulture, $"edgeseq_{name}{labels} {value}\n");

    private static string Label(string name, string value)
    {
        var escaped = value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
        return $"{{{name}=\"{escaped}\"}}";
    }

    private static void WriteLatency(StringBuilder text, LatencyHistogram latency)
    {
        Head(text, "step_seconds", "histogram", "Time of a step");
        foreach (var end in BucketEnds)
            Sample(text, "step_seconds_bucket", Label("le", Seconds(end)), latency.CountUpTo(end));
        Sample(text, "step_seconds_bucket", Label("le", "+Inf"), latency.Count);
        Sample(text, "step_seconds_sum", "", latency.Sum * SecondsPerNanosecond);
        Sample(text, "step_seconds_count", "", latency.Count);
        Head(text, "step_quantile_seconds", "gauge", "Time of a step that this share of all steps did not exceed");
        foreach (var quantile in Quantiles)
        {
            Sample(text, "step_quantile_seconds", Label("quantile", quantile.ToString(CultureInfo.InvariantCulture)),
                latency.Percentile(quantile) * SecondsPerNanosecond);
        }

        Head(text, "step_max_seconds", "gauge", "Longest time of a step");
        Sample(text, "step_max_seconds", "", latency.Max * SecondsPerNanosecond);
    }

    private static string Seconds(long nanoseconds) =>
        ((decimal)nanoseconds / MonotonicClock.NanosecondsPerSecond).ToString("0.#########", CultureInfo.InvariantCulture);

    private void WriteSampling(StringBuilder text)
    {
        if (context.Sampling is not { } sampling)
            return;
        Head(text, "samples_total", "counter", "Samples of the device by how they came");
        foreach (var status in Enum.GetValues<SampleStatus>())
            Sample(text, "samples_total", Label("status", SampleStatusNames.NameOf(status)), sampling.Count(status));
        Counter(text, "samples_missed", "Samples that were never read", sampling.Missed);
        Counter(text, "reads_retried", "Reads of the device that were tried again", sampling.Retries);
        Counter(text, "device_reopened", "How often the device was closed and opened again", sampling.Reopened);
    }

    private void WriteEvents(StringBuilder text)
    {
        if (context.EventNames is not { } names)
            return;
        Head(text, "events_total", "counter", "Events that have started");
        for (var i = 0; i < names.Count; i++)
            Sample(text, "events_total", Label("event", names[i]), Volatile.Read(ref eventStarts[i]));
    }

    private void WriteDeliveries(StringBuilder text)
    {
        if (context.Deliveries.Count == 0)
            return;
        Head(text, "messages_total", "counter", "Messages of sinks by what became of them");
        foreach (var report in context.Deliveries)
        {
            var sink = Label("sink", report.Sink)[..^1];
            Sample(text, "messages_total", sink + ",state=\"accepted\"}", report.Accepted);
            Sample(text, "messages_total", sink + ",state=\"delivered\"}", report.Delivered);
            Sample(text, "messages_total", sink + ",state=\"dropped\"}", report.Dropped);
        }

        Head(text, "messages_waiting", "gauge", "Messages of sinks that are still to be delivered");
        foreach (var report in context.Deliveries)
            Sample(text, "messages_waiting", Label("sink", report.Sink), report.Waiting);
    }
}
