using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.FrontEnds;

/// <summary>What is wrong with a front end, and what to type instead.</summary>
internal static class FrontEndErrors
{
    public static EdgeSeqException Invalid(string what, string? hint = null) => new(ErrorCodes.FrontEndInvalid, $"front end: {what}", hint);

    /// <summary>A form that needs the whole recording, with the one that streams.</summary>
    public static EdgeSeqException NeedsRecording(string what, string instead) =>
        new(ErrorCodes.FrontEndNotStreamable, $"front end: {what} needs the whole recording, which a stream never has", instead);
}
