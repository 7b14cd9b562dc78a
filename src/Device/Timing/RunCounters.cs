namespace EdgeSeq.Device.Timing;

/// <summary>What a run has done so far; the run writes it, any thread may read it.</summary>
public sealed class RunCounters
{
    private long _steps;
    private long _outputs;
    private long _refusedSteps;
    private long _heldSteps;
    private long _faultResets;
    private long _deadlineMisses;

    public long Steps { get => Volatile.Read(ref _steps); set => Volatile.Write(ref _steps, value); }

    /// <summary>Steps that produced at least one output.</summary>
    public long Outputs { get => Volatile.Read(ref _outputs); set => Volatile.Write(ref _outputs, value); }

    /// <summary>Steps left out because of a fault in their input.</summary>
    public long RefusedSteps { get => Volatile.Read(ref _refusedSteps); set => Volatile.Write(ref _refusedSteps, value); }

    /// <summary>Steps done with the last good input.</summary>
    public long HeldSteps { get => Volatile.Read(ref _heldSteps); set => Volatile.Write(ref _heldSteps, value); }

    /// <summary>State resets because of faults.</summary>
    public long FaultResets { get => Volatile.Read(ref _faultResets); set => Volatile.Write(ref _faultResets, value); }

    /// <summary>Steps of a paced run that were not done when the next one was due.</summary>
    public long DeadlineMisses { get => Volatile.Read(ref _deadlineMisses); set => Volatile.Write(ref _deadlineMisses, value); }

    /// <summary>Times of single steps.</summary>
    public LatencyHistogram Latency { get; } = new();
}
