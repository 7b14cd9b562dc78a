using System.Text.Json;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Tool.Json;

/// <summary>One thing that the converter decided about a model.</summary>
internal sealed record ChoiceReport(ChoiceSpec Choice) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("about", Choice.About);
        json.WriteString("chosen", Choice.Chosen);
        json.WriteString("why", Choice.Why);
    }
}
