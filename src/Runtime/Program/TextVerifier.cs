using System.Text.Unicode;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Program;

/// <summary>Verifies the vocabulary of a program that takes text.</summary>
internal static class TextVerifier
{
    /// <exception cref="EdgeSeqException">ES0116.</exception>
    public static void Verify(ProgramFile file)
    {
        if (file.Program.Text is not { } text)
            return;
        var vocabulary = file.Find(text.VocabTensor)
            ?? throw Error(file, $"there is no tensor '{text.VocabTensor}'");
        var bytes = file.Bytes(vocabulary);
        if (vocabulary.Dtype != "U8" || !Utf8.IsValid(bytes))
            throw Error(file, $"tensor '{text.VocabTensor}' is not UTF-8 in U8");
        var words = bytes.Count((byte)'\n') + 1;
        if ((uint)text.Unknown >= (uint)words || (uint)text.Pad >= (uint)words)
            throw Error(file, $"unknown {text.Unknown} or pad {text.Pad} is not one of {words} words");
        if (text.MaxTokens < 1)
            throw Error(file, $"maxTokens {text.MaxTokens} is below 1");
    }

    private static EdgeSeqException Error(ProgramFile file, string problem) =>
        new(ErrorCodes.TextInvalid, $"{file.Name}: {problem}", Hints.Reconvert);
}
