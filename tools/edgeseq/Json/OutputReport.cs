using System.Text.Json;
namespace EdgeSeq.Tool.Json;

/// <summary>Values of an output; null stands for a NaN or an infinity.</summary>
internal sealed class OutputReport : IJsonReport
{
    public required string Name { get; init; }

    public required double?[] Values { get; init; }

    /// <summary>Label of the largest value, where labels are known.</summary>
    public string? Top { get; init; }

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteStartArray("values");
        foreach (var value in Values)
        {
            if (value is { } known)
                json.WriteNumberValue(known);
            else
                json.WriteNullValue();
        }

        json.WriteEndArray();
        json.WriteKnown("top", Top);
    }
}
