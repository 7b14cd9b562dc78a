using EdgeSeq.Device.Timing;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Watch;

/// <summary>What the live view shows.</summary>
internal sealed class WatchState
{
    /// <summary>Events that stay visible.</summary>
    public const int Events = 5;

    public required string Title { get; init; }

    public required string Source { get; init; }

    /// <summary>Names of the signals, in the order of <see cref="Signals"/>.</summary>
    public required IReadOnlyList<string> SignalNames { get; init; }

    public required SignalHistory Signals { get; init; }

    /// <summary>Values of the outputs with labels, by their labels; in the order of the program.</summary>
    public required IReadOnlyList<WatchClasses> Classes { get; init; }

    public required IReadOnlyList<string> ValueNames { get; init; }

    /// <summary>Values of the other outputs.</summary>
    public required SignalHistory Values { get; init; }

    /// <summary>The last events, oldest first.</summary>
    public Queue<string> LastEvents { get; } = new(Events);

    public string? Note { get; set; }

    public TimeSpan Elapsed { get; set; }

    public long Steps { get; set; }

    /// <summary>Steps a second, measured over the last second or the time between two steps.</summary>
    public double? StepsPerSecond { get; set; }

    public LatencyHistogram? Latency { get; set; }

    /// <summary>Faults and the like with their counts; those that are 0 are left out.</summary>
    public IReadOnlyList<(string Name, long Count)> Counts { get; set; } = [];
}
