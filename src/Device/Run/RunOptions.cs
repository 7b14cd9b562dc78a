using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Timing;

namespace EdgeSeq.Device.Run;

/// <summary>How a run goes.</summary>
public sealed record RunOptions
{
    public FaultPolicy OnFault { get; init; }

    /// <summary>Steps a second to pace the run at; null runs as fast as the source gives.</summary>
    public double? RateHz { get; init; }

    /// <summary>File that the state is taken from at the start, if it is there, and written to at the end.</summary>
    public string? Snapshot { get; init; }

    /// <summary>The state is also written each time so much has passed; null for at the end only.</summary>
    public TimeSpan? SnapshotEvery { get; init; }

    /// <summary>The rule of <see cref="Decisions"/> as the user wrote it.</summary>
    public string? Rule { get; init; }

    /// <summary>Takes a sentence that the user should see although the run goes on.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>Steps after which the run ends, null for no limit.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>At the end of a recording, what delay and right context still hold comes out; not where a snapshot goes on with
    /// it.</summary>
    public bool Flushes { get; init; } = true;

    /// <summary>Decides events from the outputs; null where no rule is given.</summary>
    public DecisionEngine? Decisions { get; init; }

    /// <summary>Follows the program's file; null where the run keeps the program that it began with.</summary>
    public ProgramFollower? Follower { get; init; }

    /// <summary>Looks at each step; null for nobody.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Takes what the run has done, step by step, for others to read.</summary>
    public RunCounters Counters { get; init; } = new();

    /// <summary>Called now and then with the number of steps done.</summary>
    public Action<long>? Progress { get; init; }
}
