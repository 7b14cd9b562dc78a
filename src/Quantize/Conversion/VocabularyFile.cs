using System.Text;
using System.Text.Json;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>The words of a text model, index = id, and what unknown words and padding are.</summary>
public sealed record VocabularyFile(string[] Words, int Unknown, int Pad, int MaxTokens)
{
    private const string Tensor = "text.vocab";

    /// <summary>The only tokeniser rule so far; docs/file-format.md states it.</summary>
    private const string Rule = "bracket-punct-1";

    internal TextSpec Spec => new() { VocabTensor = Tensor, Unknown = Unknown, Pad = Pad, MaxTokens = MaxTokens, Rule = Rule };

    internal byte[] Bytes => Encoding.UTF8.GetBytes(string.Join('\n', Words));

    /// <summary>
    /// Reads a JSON object with "vocab" (array of words), and optionally "unk" (id, default 1), "pad" (id, default 0) and "max_len"
    /// (tokens kept of a line, default all).
    /// </summary>
    /// <exception cref="EdgeSeqException">ES0301: not such a file; ES0601: there is none.</exception>
    public static VocabularyFile Read(string path)
    {
        using var json = JsonFile.Open(path);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("vocab", out var vocab) || vocab.ValueKind != JsonValueKind.Array
            || vocab.EnumerateArray().Any(word => word.ValueKind != JsonValueKind.String || word.GetString()!.Contains('\n')))
        {
            throw new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{path}: 'vocab' is not an array of words",
                "give a JSON object such as {\"vocab\": [\"<pad>\", \"<unk>\", ..]}");
        }

        return new VocabularyFile([.. vocab.EnumerateArray().Select(word => word.GetString()!)], Id(root, "unk", 1), Id(root, "pad", 0),
            Id(root, "max_len", int.MaxValue));
    }

    private static int Id(JsonElement root, string name, int absent) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) ? id : absent;
}
