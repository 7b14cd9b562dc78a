using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeSeq.Tool.Json;

/// <summary>Prints reports as JSON documents. Reports write themselves: serializer metadata for their types would be a tenth of the
/// device binary.</summary>
internal static class ReportJson
{
    /// <summary>Version of the documents' form; the first member of each.</summary>
    private const int Schema = 1;

    // Paths and class names are for people; nothing here ends up in HTML.
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Print(IJsonReport report) => Console.Out.WriteLine(Text(report));

    public static string Text(IJsonReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            report.WriteMembers(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
