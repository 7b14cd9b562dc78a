namespace EdgeSeq.Runtime.Errors;

/// <summary>Hints that several errors share.</summary>
internal static class Hints
{
    public const string Reconvert = "make the program again with edgeseq-convert, or copy it again";
}
