using EdgeSeq.Quantize.Replay;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What a verification found.</summary>
public sealed record VerifyReport
{
    public const double DivergingSqnrDb = 30;

    public required string Model { get; init; }

    public required string Program { get; init; }

    public required string Data { get; init; }

    /// <summary>stream, step or window.</summary>
    public required string Mode { get; init; }

    public required long Recordings { get; init; }

    public required long Steps { get; init; }

    public required IReadOnlyList<VerifiedOutput> Outputs { get; init; }

    /// <summary>Share of the multiplications by weights, keys and values that are int8.</summary>
    public required double Int8MacShare { get; init; }

    public required ProgramSizes Sizes { get; init; }

    /// <summary>Every matrix, table and attention node, in order; from the first <see cref="NodeComparison.MaxSteps"/> steps.</summary>
    public required IReadOnlyList<VerifiedNode> Nodes { get; init; }

    /// <summary>The first node whose outputs stand less than <see cref="DivergingSqnrDb"/> above their error; null where none is.</summary>
    public string? FirstDivergingNode => Nodes.FirstOrDefault(node => node.SqnrDb < DivergingSqnrDb)?.Name;

    /// <summary>The first recording on one time axis.</summary>
    public Timeline? Timeline { get; init; }

    /// <summary>Which thresholds are broken, a sentence each.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>Whether any threshold was given; without one nothing can fail.</summary>
    public required bool HasThresholds { get; init; }

    public required VerifyOrigin Origin { get; init; }

    /// <summary>The beginning of the first recording.</summary>
    public required Signals Signals { get; init; }
}

/// <summary>One output of the program.</summary>
public sealed record VerifiedOutput
{
    public required string Name { get; init; }

    public required IReadOnlyList<int> Shape { get; init; }

    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The program against ONNX Runtime.</summary>
    public required OutputError Error { get; init; }

    /// <summary>The f32 program of the same model against ONNX Runtime.</summary>
    public required OutputError F32 { get; init; }

    /// <summary>The program against the f32 program, at every output.</summary>
    public required OutputError AgainstF32 { get; init; }

    /// <summary>With labels: right decisions of ONNX Runtime, the f32 program and the program.</summary>
    public required Accuracies? Accuracy { get; init; }

    /// <summary>What it loses against ONNX Runtime, as a share: accuracy where there are labels, else decisions, else the relative
    /// error.</summary>
    public double Loss => Replay.Loss.Of(Error, Accuracy?.Onnx ?? new Accuracy(), Accuracy?.Int8 ?? new Accuracy());

    /// <summary>The program against the f32 program by time in the recording, in equal parts of the longest recording.</summary>
    public required IReadOnlyList<OutputError> OverTime { get; init; }

    /// <summary>Steps in each part of <see cref="OverTime"/>.</summary>
    public required int StepsPerPart { get; init; }

    /// <summary>With labels: the program's decisions [true class][decided class].</summary>
    public required long[][]? Confusion { get; init; }

    /// <summary>Share of int8 among the multiplications that this output depends on.</summary>
    public required double Int8MacShare { get; init; }
}

/// <summary>The same outputs scored from three sources.</summary>
public sealed record Accuracies
{
    public Accuracy Onnx { get; } = new();

    public Accuracy F32 { get; } = new();

    public Accuracy Int8 { get; } = new();
}

/// <summary>Bytes.</summary>
public sealed record ProgramSizes(long Onnx, long F32, long Program, long F32Weights, long ProgramWeights);

/// <summary>One step op of the program beside the same of the f32 program.</summary>
public sealed record VerifiedNode
{
    public required string Name { get; init; }

    public required string Op { get; init; }

    /// <summary>"int8" or "f32" where it multiplies by weights, keys or values.</summary>
    public required string? Precision { get; init; }

    /// <summary>Multiplications at each of its ticks.</summary>
    public required long Macs { get; init; }

    /// <summary>Its output against that of the f32 program; null where both are equal, or zero.</summary>
    public required double? SqnrDb { get; init; }

    /// <summary>How often each int8 code −127..127 stands in its weights; empty for a node without int8 weights.</summary>
    public required long[] CodeCounts { get; init; }

    /// <summary>What its int8 matrices multiply; empty for a node without.</summary>
    public required IReadOnlyList<MatrixInput> Inputs { get; init; }
}
