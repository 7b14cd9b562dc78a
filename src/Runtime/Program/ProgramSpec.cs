namespace EdgeSeq.Runtime.Program;

/// <summary>A step program as its file describes it. docs/file-format.md is the specification.</summary>
public sealed record ProgramSpec
{
    /// <summary>The version that this code writes and the only one that it reads. Format 1 had int8 weights tile by tile.</summary>
    public const int CurrentFormat = 2;

    /// <summary>State values start here; the bytes before belong to the session (the step counter).</summary>
    public const int StateHeaderBytes = 64;

    /// <summary>Most steps of one call.</summary>
    public const int MaxChunk = 1 << 16;

    /// <summary>Every tensor in the file and every value in the state and the arena starts on a multiple of this.</summary>
    public const int Alignment = 64;

    public int Format { get; init; } = CurrentFormat;

    public required string Name { get; init; }

    /// <summary>"stream", "step" or "window".</summary>
    public required string Mode { get; init; }

    /// <summary>Elements of the inputs per second that the model was trained for, where known.</summary>
    public double? RateHz { get; init; }

    public required InputSpec[] Inputs { get; init; }

    public required OutputSpec[] Outputs { get; init; }

    public required ValueSpec[] Values { get; init; }

    public required ClockSpec[] Clocks { get; init; }

    public required OpSpec[] Ops { get; init; }

    public required long StateBytes { get; init; }

    public required long ArenaBytes { get; init; }

    /// <summary>Steps after which the model has no position left; null for no limit.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>Steps from an input to the output element that it completes: the largest clock offset of an output.</summary>
    public int Delay { get; init; }

    /// <summary>Steps from one element of the inputs to the next, where outputs come faster than inputs; null for one.</summary>
    public int? InputRate { get; init; }

    /// <summary>Steps that a session does in one call, with the elements of all of them at once; null for those of one element of the
    /// inputs.</summary>
    public int? Chunk { get; init; }

    /// <summary>The rule by which a run decides events where its user gives none.</summary>
    public string? Decide { get; init; }

    public TextSpec? Text { get; init; }

    public SelfTestSpec? SelfTest { get; init; }

    public required Provenance Provenance { get; init; }

    public NodeReport[]? Nodes { get; init; }

    /// <summary>How the converter understood the model.</summary>
    public ChoiceSpec[]? Choices { get; init; }

    public override string ToString() => Name;
}
