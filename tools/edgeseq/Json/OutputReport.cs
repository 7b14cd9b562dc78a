using System.Text.Json;
namespace EdgeSeq.Tool.Json;

/// <summary>Values of an output; in the document null stands for a NaN or an infinity.</summary>
internal sealed class OutputReport : IJsonReport
{
    public required string Name { get; init; }

    public required IReadOnlyList<float> Values { get; init; }

    /// <summary>Values of an output of whole numbers, instead of Values.</summary>
    public required IReadOnlyList<long> Ids { get; init; }

    /// <summary>Label of the largest value, where labels are known.</summary>
    public string? Top { get; init; }

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteStartArray("values");
        foreach (var value in Values)
        {
            if (float.IsFinite(value))
                json.WriteNumberValue(value);
            else
                json.WriteNullValue();
        }

        foreach (var id in Ids)
            json.WriteNumberValue(id);

        json.WriteEndArray();
        json.WriteKnown("top", Top);
    }
}
