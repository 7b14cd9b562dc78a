using System.Text.Json;

namespace EdgeSeq.Runtime.Program;

/// <summary>Where JSON is broken, without the framework's messages: the device binary has none.</summary>
internal static class JsonPlace
{
    /// <returns>": " and the place; empty where it is not known.</returns>
    public static string Of(Exception e) => e switch
    {
        // Syntax errors come with a position, those of JsonMembers with a message of our own.
        JsonException { BytePositionInLine: { } position } => $": byte {position}",
        JsonException => $": {e.Message}",
        _ => "",
    };
}
