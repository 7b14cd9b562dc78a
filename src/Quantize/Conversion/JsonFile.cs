using System.Text.Json;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Opens a JSON file with the errors that users should see.</summary>
internal static class JsonFile
{
    public static JsonDocument Open(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"{path}: no such file", inner: error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EdgeSeqException(ErrorCodes.FileUnreadable, $"{path}: {error.Message}", inner: error);
        }
        catch (JsonException error)
        {
            throw new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{path}: not JSON: {error.Message}", inner: error);
        }
    }
}
