using System.Globalization;

namespace EdgeSeq.FleetDemo;

/// <summary>What the fleet did.</summary>
/// <param name="Steps">Steps of all streams.</param>
/// <param name="Faults">Samples held, refused, late, duplicate or missing.</param>
/// <param name="LatencyMs">From handing a message over until its samples are in the log and stepped.</param>
/// <param name="CpuMicrosecondsPerStep">Of the whole process: sensors, silos, page.</param>
internal sealed record DemoSummary(
    int Schema, int Streams, int Silos, int Shards, double Seconds, long Steps, double StepsPerSecond, long Outputs, long Events,
    long Faults,
    DemoLatency LatencyMs, double CpuMicrosecondsPerStep, double PeakRssMb)
{
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"""
        {Streams:N0} streams on {Shards} shards and {Silos} silos for {Seconds:0.0} s
        {Steps:N0} steps ({StepsPerSecond:N0} a second), {Outputs:N0} outputs, {Events:N0} starts and ends of events, {Faults:N0} faults
        latency of a message: p50 {LatencyMs.P50:0.0} ms, p99 {LatencyMs.P99:0.0} ms, highest {LatencyMs.Max:0.0} ms
        processor: {CpuMicrosecondsPerStep:0.00} us a step, sensors and page included; memory {PeakRssMb:0} MB
        """);
}

/// <summary>Milliseconds.</summary>
internal sealed record DemoLatency(double P50, double P99, double Max);
