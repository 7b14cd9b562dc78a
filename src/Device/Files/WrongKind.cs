using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Files;

/// <summary>Says what a file is that is not what it was taken for.</summary>
internal static class WrongKind
{
    /// <param name="file">The file, with or without the kind of source before it.</param>
    /// <param name="start">Its first bytes.</param>
    /// <param name="needed">What it was taken for: "a WAV file".</param>
    /// <param name="source">The kind of source that it was taken for.</param>
    /// <returns>ES0302, or null where nobody knows what it is, or where it is a damaged one of its kind.</returns>
    public static EdgeSeqException? Instead(string file, ReadOnlySpan<byte> start, string needed, string source)
    {
        if (KnownFile.Of(start) is not { } known || known.Source == source)
            return null;
        var name = EndpointName.Parse(file);
        var (problem, hint) = known.Instead(name.Kind is "csv" or "text" ? name.Rest : file, needed);
        return new EdgeSeqException(ErrorCodes.RecordingUnsupported, problem, hint);
    }
}
