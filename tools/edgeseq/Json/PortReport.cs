using System.Text.Json;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Json;

/// <summary>An input or output of a program.</summary>
internal sealed class PortReport : IJsonReport
{
    public required string Name { get; init; }

    public required string Type { get; init; }

    /// <summary>Dimensions of one step's tensor.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Inputs: names of the elements.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    public string? Unit { get; init; }

    /// <summary>Inputs that are frames of one signal: new samples a step.</summary>
    public int? Hop { get; init; }

    /// <summary>Inputs that are frames of one signal: its samples a second, where known.</summary>
    public double? SampleHz { get; init; }

    /// <summary>Outputs: names of the values.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Outputs: "stream" or "latest".</summary>
    public string? Kind { get; init; }

    /// <summary>Outputs: steps from one to the next, and the step of the first.</summary>
    public int? Rate { get; init; }

    public int? Offset { get; init; }

    public static PortReport Of(InputInfo input) => new()
    {
        Name = input.Name,
        Type = TypeName(input.Type),
        Shape = input.Shape,
        Channels = input.Channels,
        Unit = input.Unit,
        Hop = input.Hop,
        SampleHz = input.SampleHz,
    };

    public static PortReport Of(OutputInfo output) => new()
    {
        Name = output.Name,
        Type = TypeName(output.Type),
        Shape = output.Shape,
        Labels = output.Labels,
        Kind = output.Kind,
        Rate = output.Rate,
        Offset = output.Offset,
    };

    /// <summary>Element types as users write them.</summary>
    public static string TypeName(ElementType type) => type switch
    {
        ElementType.F32 => "f32",
        ElementType.I64 => "i64",
        ElementType.I32 => "i32",
        ElementType.I8 => "int8",
        _ => "bool",
    };

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("type", Type);
        json.WriteNumbers("shape", Shape);
        json.WriteKnown("channels", Channels);
        json.WriteKnown("unit", Unit);
        json.WriteKnown("hop", Hop);
        json.WriteKnown("sample_hz", SampleHz);
        json.WriteKnown("labels", Labels);
        json.WriteKnown("kind", Kind);
        json.WriteKnown("rate", Rate);
        json.WriteKnown("offset", Offset);
    }
}
