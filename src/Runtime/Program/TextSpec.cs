namespace EdgeSeq.Runtime.Program;

/// <summary>How text becomes the ids of a program's input.</summary>
public sealed record TextSpec
{
    /// <summary>U8 tensor with the words in UTF-8, joined by line feeds; a word's index is its id.</summary>
    public required string VocabTensor { get; init; }

    public required int Unknown { get; init; }

    public required int Pad { get; init; }

    public required int MaxTokens { get; init; }

    /// <summary>Name of the tokeniser's rule, such as "bracket-punct-1".</summary>
    public required string Rule { get; init; }
}
