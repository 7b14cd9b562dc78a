using System.Text.Json;

namespace EdgeSeq.Tool.Json;

/// <summary>A part of a JSON document that writes its own members, in snake_case; what is not known is left out.</summary>
internal interface IJsonReport
{
    void WriteMembers(Utf8JsonWriter json);
}
