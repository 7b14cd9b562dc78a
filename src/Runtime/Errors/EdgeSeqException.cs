namespace EdgeSeq.Runtime.Errors;

/// <summary>A failure with a stable code. The message names what is wrong and where (file, offset, op, option);
/// the hint says what to do.</summary>
public sealed class EdgeSeqException(ErrorCode code, string message, string? hint = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ErrorCode Code { get; } = code;

    public string? Hint { get; } = hint;

    public ExitCode ExitCode => Code.Exit;

    /// <summary>The one line that the tools print: <c>error ES0412: message. Hint: hint</c>.</summary>
    public string Line => Hint is null ? $"error {Code}: {Message}" : $"error {Code}: {Message}. Hint: {Hint}";
}
