namespace EdgeSeq.Device.Decisions;

/// <summary>How scores become events, as <c>--decide</c> says it. docs/concepts.md explains each part.</summary>
public sealed class DecisionRule
{
    /// <summary>The output to watch; null for the program's first.</summary>
    public string? Output { get; init; }

    /// <summary>Name of the events of an output with one value; null for the output's name.</summary>
    public string? Event { get; init; }

    /// <summary>The classes that make events; empty for all.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>An event opens at this score or above.</summary>
    public required float On { get; init; }

    /// <summary>An open event may end below this score.</summary>
    public required float Off { get; init; }

    /// <summary>Shorter events are dropped.</summary>
    public RuleDuration Least { get; init; }

    /// <summary>How long the score must stay below <see cref="Off"/> until an event ends.</summary>
    public RuleDuration Gap { get; init; }

    /// <summary>Events are widened by this at both ends; neighbours share what lies between them.</summary>
    public RuleDuration Pad { get; init; }

    /// <summary>After an event ends, none of the same name opens for so long.</summary>
    public RuleDuration Pause { get; init; }

    public Smoothing Smoothing { get; init; }

    /// <summary>Length of the smoothing, or the time constant of the exponential one.</summary>
    public RuleDuration SmoothingLength { get; init; }

    public ScoreKind Score { get; init; }

    /// <summary>Steps that a forecast looks ahead.</summary>
    public int Ahead { get; init; } = 1;

    /// <summary>A forecast in the input's unit is output × <see cref="Scale"/> + <see cref="Offset"/>.</summary>
    public float Scale { get; init; } = 1;

    public float Offset { get; init; }
}
