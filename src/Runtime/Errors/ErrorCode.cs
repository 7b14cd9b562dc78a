namespace EdgeSeq.Runtime.Errors;

/// <summary>One kind of failure: its stable number, the exit code of the tools and what it means in a few words.</summary>
public readonly record struct ErrorCode(int Number, ExitCode Exit, string Title)
{
    /// <summary>The code as users see it, such as <c>ES0412</c>.</summary>
    public override string ToString() => $"ES{Number:D4}";
}
