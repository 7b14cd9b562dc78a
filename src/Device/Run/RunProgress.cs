using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Run;

/// <summary>Where a run is after a step.</summary>
/// <param name="Inputs">Of the step.</param>
/// <param name="Steps">Steps so far.</param>
/// <param name="HeldSteps">Of these, done with the last good input.</param>
/// <param name="RefusedSteps">Of these, left out.</param>
/// <param name="FaultResets">State resets because of faults.</param>
/// <param name="Latency">Times of single steps.</param>
/// <param name="Sampling">What happened while a device was sampled; null where the source is none.</param>
public readonly record struct RunProgress(
    StepInputs Inputs, long Steps, long HeldSteps, long RefusedSteps, long FaultResets, LatencyHistogram Latency, SamplingReport? Sampling);
