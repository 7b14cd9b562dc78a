namespace EdgeSeq.Runtime.Definitions;

/// <summary>What a table gives past its last row. Error: the program's maxSteps ends the stream before that.</summary>
internal enum Beyond
{
    Error,
    Clamp,
    Wrap,
}
