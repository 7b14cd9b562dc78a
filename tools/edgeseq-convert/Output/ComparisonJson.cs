using System.Text.Json;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Tool.Json;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>Verifications of several programs of one model as JSON.</summary>
internal sealed class ComparisonJson(IReadOnlyList<VerifyReport> reports) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteStartArray("programs");
        foreach (var report in reports)
        {
            json.WriteStartObject();
            new VerifyJson(report).WriteMembers(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
