using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Native;

/// <summary>The last failure of each thread, as text and as the number that the failing function returns.</summary>
internal static unsafe class LastError
{
    private static readonly byte[] None = Text.Pinned("");

    [ThreadStatic]
    private static byte[]? _line;

    public static byte* Line => Text.Address(_line ?? None);

    /// <summary>Keeps an exception instead of letting it out.</summary>
    /// <returns>Minus its code.</returns>
    public static int Keep(Exception exception)
    {
        var error = AsEdgeSeq(exception);
        _line = Text.Pinned(error.Line);
        return -error.Code.Number;
    }

    private static EdgeSeqException AsEdgeSeq(Exception exception) => exception switch
    {
        EdgeSeqException error => error,
        ObjectDisposedException => new EdgeSeqException(ErrorCodes.HandleUnknown, "the model or session was closed by another thread"),
        ArgumentException => new EdgeSeqException(ErrorCodes.ArgumentInvalid, exception.Message),
        OutOfMemoryException => new EdgeSeqException(ErrorCodes.InternalFault, "there is not enough memory"),
        _ => new EdgeSeqException(ErrorCodes.InternalFault, $"{exception.GetType().Name}: {exception.Message}"),
    };
}
