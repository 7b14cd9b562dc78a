namespace EdgeSeq.Quantize.Verification;

/// <summary>The first recording of a verification, or its first piece, laid along one time axis of <see cref="Columns"/> columns.</summary>
public sealed record Timeline
{
    public const int Columns = 860;

    public required int Steps { get; init; }

    /// <summary>Null: not known, time is counted in steps.</summary>
    public required double? StepsPerSecond { get; init; }

    /// <summary>What came in.</summary>
    public required IReadOnlyList<TimelineCurves> Inputs { get; init; }

    /// <summary>Features, and what goes from one model to the next, as ONNX Runtime gives them.</summary>
    public required IReadOnlyList<TimelinePicture> Features { get; init; }

    /// <summary>What the program gave, as curves where it has few values.</summary>
    public required IReadOnlyList<TimelineCurves> Outputs { get; init; }

    /// <summary>The same, of many values.</summary>
    public required IReadOnlyList<TimelinePicture> WideOutputs { get; init; }

    /// <summary>What the program's own rule decided; empty where it has none.</summary>
    public required IReadOnlyList<TimelineEvent> Events { get; init; }

    /// <summary>Whether there is more than what came in and what went out.</summary>
    internal bool HasMore => Features.Count > 0 || Events.Count > 0;
}

/// <summary>Curves in one frame: for each the least and the largest value in each column, NaN where there is none.</summary>
public sealed record TimelineCurves(string Name, IReadOnlyList<TimelineCurve> Curves);

/// <summary>One curve.</summary>
public sealed record TimelineCurve(string Name, float[] Least, float[] Largest);

/// <summary>Rows from bottom to top, a byte a column: from the least value that is shown to the largest; 0 too where there is
/// none.</summary>
public sealed record TimelinePicture(string Name, int Values, byte[][] Rows, double From, double To, bool IsLogarithmic);

/// <summary>From and to in steps.</summary>
public sealed record TimelineEvent(string Name, double From, double To);
