using System.Text.Json;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Resampling;
using EdgeSeq.Device.Run;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Json;

/// <summary>The document of <c>edgeseq run --json</c>.</summary>
internal sealed class RunReport : IJsonReport
{
    public required string Program { get; init; }

    public required string Source { get; init; }

    public required string Isa { get; init; }

    public required long Recordings { get; init; }

    public required long Steps { get; init; }

    public required long StepsWithOutput { get; init; }

    public required long RefusedSteps { get; init; }

    public required long HeldSteps { get; init; }

    public required long FaultResets { get; init; }

    public required long Reloads { get; init; }

    public required long RefusedReloads { get; init; }

    public required long DeadlineMisses { get; init; }

    public required bool Interrupted { get; init; }

    public required double Seconds { get; init; }

    public required double AllocatedBytesPerStep { get; init; }

    public required long? PeakRssBytes { get; init; }

    /// <summary>Absent where the source is no device.</summary>
    public SamplingJson? Sampling { get; init; }

    /// <summary>Absent where the source's rate was not converted.</summary>
    public RateConversion? Conversion { get; init; }

    /// <summary>Absent where the source has no time stamps of its own.</summary>
    public StampJson? TimeStamps { get; init; }

    public required LatencyReport StepNs { get; init; }

    /// <summary>What became of messages, one for each sink that hands them to someone else.</summary>
    public IReadOnlyList<DeliveryJson> Deliveries { get; init; } = [];

    /// <summary>The outputs' last values; absent where the outputs went to a sink.</summary>
    public IReadOnlyList<OutputReport>? Last { get; init; }

    public static RunReport Of(string program, string source, Model model, RunSummary summary, long? peakRssBytes,
        IReadOnlyList<OutputReport>? last, IEnumerable<DeliveryReport> deliveries) => new()
        {
            Program = program,
            Source = source,
            Isa = model.Isa,
            Recordings = summary.Recordings,
            Steps = summary.Steps,
            StepsWithOutput = summary.Outputs,
            RefusedSteps = summary.RefusedSteps,
            HeldSteps = summary.HeldSteps,
            FaultResets = summary.FaultResets,
            Reloads = summary.Reloads,
            RefusedReloads = summary.RefusedReloads,
            DeadlineMisses = summary.DeadlineMisses,
            Interrupted = summary.WasInterrupted,
            Seconds = summary.Elapsed.TotalSeconds,
            AllocatedBytesPerStep = (double)summary.AllocatedBytes / Math.Max(1, summary.Steps - 1),
            PeakRssBytes = peakRssBytes,
            Sampling = summary.Sampling is { } sampling ? new SamplingJson(sampling) : null,
            Conversion = summary.Conversion,
            TimeStamps = summary.Stamps is { } stamps ? new StampJson(stamps) : null,
            StepNs = LatencyReport.Of(summary.Latency),
            Deliveries = [.. deliveries.Select(delivery => new DeliveryJson(delivery))],
            Last = last,
        };

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("program", Program);
        json.WriteString("source", Source);
        json.WriteString("isa", Isa);
        json.WriteNumber("recordings", Recordings);
        json.WriteNumber("steps", Steps);
        json.WriteNumber("steps_with_output", StepsWithOutput);
        json.WriteNumber("refused_steps", RefusedSteps);
        json.WriteNumber("held_steps", HeldSteps);
        json.WriteNumber("fault_resets", FaultResets);
        json.WriteNumber("reloads", Reloads);
        json.WriteNumber("refused_reloads", RefusedReloads);
        json.WriteNumber("deadline_misses", DeadlineMisses);
        json.WriteBoolean("interrupted", Interrupted);
        json.WriteNumber("seconds", Seconds);
        json.WriteNumber("allocated_bytes_per_step", AllocatedBytesPerStep);
        json.WriteKnown("peak_rss_bytes", PeakRssBytes);
        json.WriteReport("step_ns", StepNs);
        if (Sampling is not null)
            json.WriteReport("sampling", Sampling);
        if (Conversion is { } conversion)
        {
            json.WriteStartObject("conversion");
            json.WriteNumber("from_hz", conversion.FromHz);
            json.WriteNumber("to_hz", conversion.ToHz);
            json.WriteNumber("delay_s", conversion.DelaySeconds);
            json.WriteEndObject();
        }

        if (Deliveries.Count > 0)
            json.WriteReports("deliveries", Deliveries);
        if (TimeStamps is not null)
            json.WriteReport("time_stamps", TimeStamps);
        if (Last is not null)
            json.WriteReports("last", Last);
    }
}
