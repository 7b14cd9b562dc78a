using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Writing;

/// <summary>What a program says of itself beside its ops.</summary>
internal sealed record ProgramDescription
{
    public required string Name { get; init; }

    /// <summary>stream, step or window.</summary>
    public required string Mode { get; init; }

    public required Provenance Provenance { get; init; }

    public double? RateHz { get; init; }

    /// <summary>Steps that a session does in one call.</summary>
    public int Chunk { get; init; } = 1;

    /// <summary>The program's own rule for decisions.</summary>
    public string? Decide { get; init; }

    /// <summary>Class labels of every output that has as many elements.</summary>
    public string[]? Labels { get; init; }

    public TextSpec? Text { get; init; }

    /// <summary>Words in UTF-8 joined by line feeds, where <see cref="Text"/> is set.</summary>
    public byte[]? Vocabulary { get; init; }

    public NodeReport[]? Nodes { get; init; }

    /// <summary>What the inputs hold, by name, where somebody said.</summary>
    public IReadOnlyDictionary<string, InputDescription> Inputs { get; init; } = new Dictionary<string, InputDescription>();

    public ChoiceSpec[]? Choices { get; init; }
}
