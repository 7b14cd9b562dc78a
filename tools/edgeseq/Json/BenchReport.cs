using System.Text.Json;

namespace EdgeSeq.Tool.Json;

/// <summary>The document of <c>edgeseq bench --json</c>.</summary>
internal sealed class BenchReport : IJsonReport
{
    public required string Program { get; init; }

    /// <summary>Instruction set of the kernels.</summary>
    public required string Isa { get; init; }

    public required long WeightBytes { get; init; }

    public required long StateBytes { get; init; }

    public required long ArenaBytes { get; init; }

    /// <summary>Timed steps.</summary>
    public required long Steps { get; init; }

    public required LatencyReport StepNs { get; init; }

    /// <summary>Steps of those that gave an output.</summary>
    public required long StepsWithOutput { get; init; }

    /// <summary>Times of the steps that gave an output; null where all did.</summary>
    public LatencyReport? OutputNs { get; init; }

    /// <summary>Median time of reading the weight bytes once, in the same rounds as the steps.</summary>
    public required double FloorNs { get; init; }

    public required double AllocatedBytesPerStep { get; init; }

    /// <summary>Largest resident memory of the process, where the system tells.</summary>
    public long? PeakRssBytes { get; init; }

    public required double StepsPerSecond { get; init; }

    /// <summary>Steps a second that the program is for, from --rate or the program.</summary>
    public double? RateHz { get; init; }

    public double? TimesRealTime { get; init; }

    /// <summary>Steps of the paced part that were not done when the next was due; there with --rate.</summary>
    public long? DeadlineMisses { get; init; }

    /// <summary>CRC-32 of the outputs of the first steps after a reset: the same on every machine.</summary>
    public required string OutputCrc32 { get; init; }

    /// <summary>With --ops, in the order in which they run.</summary>
    public IReadOnlyList<OpTimeReport>? Ops { get; init; }

    /// <summary>With --compare-float: the float program, timed in the same rounds.</summary>
    public BenchReport? Float { get; set; }

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("program", Program);
        json.WriteString("isa", Isa);
        json.WriteNumber("weight_bytes", WeightBytes);
        json.WriteNumber("state_bytes", StateBytes);
        json.WriteNumber("arena_bytes", ArenaBytes);
        json.WriteNumber("steps", Steps);
        json.WriteReport("step_ns", StepNs);
        json.WriteNumber("steps_with_output", StepsWithOutput);
        if (OutputNs is not null)
            json.WriteReport("output_ns", OutputNs);
        json.WriteNumber("floor_ns", FloorNs);
        json.WriteNumber("allocated_bytes_per_step", AllocatedBytesPerStep);
        json.WriteKnown("peak_rss_bytes", PeakRssBytes);
        json.WriteNumber("steps_per_second", StepsPerSecond);
        json.WriteKnown("rate_hz", RateHz);
        json.WriteKnown("times_real_time", TimesRealTime);
        json.WriteKnown("deadline_misses", DeadlineMisses);
        json.WriteString("output_crc32", OutputCrc32);
        if (Ops is not null)
            json.WriteReports("ops", Ops);
        if (Float is not null)
            json.WriteReport("float", Float);
    }
}
