namespace EdgeSeq.Hosting;

/// <summary>Names of what is measured, for those who listen. docs/hosting.md has them as a table.</summary>
public static class EdgeSeqTelemetry
{
    /// <summary>The <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string ActivitySourceName = "EdgeSeq";

    /// <summary>The <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "EdgeSeq";

    /// <summary>Activity: reading and verifying a program.</summary>
    public const string LoadActivity = "edgeseq.load";

    /// <summary>Activity: a stream of samples from its first to its last.</summary>
    public const string StreamActivity = "edgeseq.stream";

    /// <summary>Counter of steps, by program and outcome.</summary>
    public const string Steps = "edgeseq.steps";

    /// <summary>Histogram of the time of a step, in seconds, by program.</summary>
    public const string StepDuration = "edgeseq.step.duration";

    /// <summary>How many sessions are open, by program.</summary>
    public const string Sessions = "edgeseq.sessions";

    /// <summary>Counter of loads, by program and result.</summary>
    public const string Loads = "edgeseq.loads";

    /// <summary>Tag: the program file's name without its folder.</summary>
    public const string ProgramTag = "edgeseq.program";

    /// <summary>Tag of an activity: the checksum that the program file carries.</summary>
    public const string ChecksumTag = "edgeseq.checksum";

    /// <summary>Tag of steps: output, not_yet or refused.</summary>
    public const string OutcomeTag = "edgeseq.outcome";

    /// <summary>Tag of loads: loaded or failed.</summary>
    public const string ResultTag = "edgeseq.result";

    /// <summary>Tag of failed activities: the error's code, such as ES0106.</summary>
    public const string ErrorTag = "error.type";

    /// <summary>Tag of a stream: steps taken.</summary>
    public const string StepsTag = "edgeseq.steps";

    /// <summary>Tag of a stream: outputs given.</summary>
    public const string OutputsTag = "edgeseq.outputs";

    /// <summary>Tag of a stream: steps refused.</summary>
    public const string RefusedTag = "edgeseq.refused";
}
