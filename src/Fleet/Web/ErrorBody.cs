using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Web;

/// <summary>What a request gets that fails.</summary>
/// <param name="Error">The code, as docs/errors.md lists it.</param>
public sealed record ErrorBody(string Error, string Message, string? Hint)
{
    public static ErrorBody Of(EdgeSeqException error) => new(error.Code.ToString(), error.Message, error.Hint);
}
