using System.Text.Json;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Opens a JSON file with the errors that users should see.</summary>
internal static class JsonFile
{
    public static JsonDocument Open(string path) => Open(path, "JSON", bytes => JsonDocument.Parse(bytes));

    /// <param name="form">What the file should be, for the message.</param>
    /// <param name="parse">Fails with a <see cref="JsonException"/> of one line.</param>
    public static JsonDocument Open(string path, string form, Func<byte[], JsonDocument> parse)
    {
        try
        {
            var document = parse(File.ReadAllBytes(path));
            RequireText(document.RootElement);
            return document;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"{path}: no such file", inner: error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.FileUnreadable, $"{path}: {error.Message}", inner: error);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{path}: not {form}: {error.Message}", inner: error);
        }
    }

    /// <summary>The parser leaves strings alone; those that are no text would fail where they are read.</summary>
    /// <exception cref="InvalidOperationException">A string is not text.</exception>
    private static void RequireText(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    RequireText(item);

                break;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    RequireText(member.Value);
                }

                break;
        }
    }
}
