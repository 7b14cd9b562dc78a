using System.Text.Json;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Tool.Json;

/// <summary>A step op.</summary>
internal sealed class OpReport : IJsonReport
{
    /// <summary>The ONNX node that the op comes from.</summary>
    public required string Name { get; init; }

    public required string Op { get; init; }

    /// <summary>The op runs at steps t ≥ Offset with (t - Offset) divisible by Rate.</summary>
    public required int Rate { get; init; }

    public required int Offset { get; init; }

    /// <summary>"int8" or "f32" where the op multiplies by weights or keys.</summary>
    public string? Precision { get; init; }

    public required long WeightBytes { get; init; }

    public required long Macs { get; init; }

    public static OpReport Of(OpSpec op, ProgramSpec program) => new()
    {
        Name = op.Name,
        Op = op.Op,
        Rate = program.Clocks[op.Clock].Rate,
        Offset = program.Clocks[op.Clock].Offset,
        Precision = OpCost.Precision(op, program.Values),
        WeightBytes = OpCost.WeightBytes(op, program.Values),
        Macs = OpCost.Macs(op),
    };

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("op", Op);
        json.WriteNumber("rate", Rate);
        json.WriteNumber("offset", Offset);
        json.WriteKnown("precision", Precision);
        json.WriteNumber("weight_bytes", WeightBytes);
        json.WriteNumber("macs", Macs);
    }
}
