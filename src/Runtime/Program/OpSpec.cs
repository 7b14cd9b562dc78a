using System.Text.Json;

namespace EdgeSeq.Runtime.Program;

/// <summary>One step op. In and Out are indices into the program's values, -1 where an optional operand is absent.</summary>
public sealed record OpSpec
{
    public required string Op { get; init; }

    /// <summary>The ONNX node that the op comes from; messages name it.</summary>
    public required string Name { get; init; }

    public required int Clock { get; init; }

    public required int[] In { get; init; }

    public required int[] Out { get; init; }

    public required Dictionary<string, JsonElement> Attributes { get; init; }
}
