namespace EdgeSeq.Runtime.Errors;

/// <summary>What a command line tool returns to its caller.</summary>
public enum ExitCode
{
    Ok = 0,
    CheckFailed = 1,
    Usage = 2,
    BadData = 3,
    Unsupported = 4,
    Device = 5,
    Interrupted = 130,
}
