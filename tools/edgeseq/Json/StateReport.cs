using System.Text.Json;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Tool.Json;

/// <summary>A value that a session keeps between steps.</summary>
internal sealed class StateReport : IJsonReport
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    public required IReadOnlyList<int> Shape { get; init; }

    public required long Bytes { get; init; }

    public static StateReport Of(ValueSpec value) => new()
    {
        Name = value.Name,
        Type = PortReport.TypeName(value.Type),
        Shape = value.Shape,
        Bytes = OpCost.Bytes(value),
    };

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("type", Type);
        json.WriteNumbers("shape", Shape);
        json.WriteNumber("bytes", Bytes);
    }
}
