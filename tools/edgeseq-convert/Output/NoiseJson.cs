using System.Text.Json;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>An int8 program beside its float program, on noise.</summary>
internal sealed record NoiseJson(NoiseReport Noise) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteNumber("steps", Noise.Steps);
        json.WriteStartArray("outputs");
        foreach (var output in Noise.Outputs)
        {
            json.WriteStartObject();
            json.WriteString("name", output.Name);
            json.WriteKnown("sqnr_db", output.SqnrDb);
            json.WriteKnown("agreement", output.Agreement);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
