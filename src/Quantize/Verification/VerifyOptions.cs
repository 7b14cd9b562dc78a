using EdgeSeq.Quantize.Replay;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What to verify a program with, and what it must reach.</summary>
public sealed record VerifyOptions
{
    public required RecordingSet Data { get; init; }

    /// <summary>A .npy file of whole numbers: the class of each recording, or of each step.</summary>
    public string? Labels { get; init; }

    /// <summary>Largest absolute difference from ONNX Runtime that is allowed in any output.</summary>
    public double? MaxError { get; init; }

    /// <summary>Least signal-to-quantisation-noise ratio of every output, in dB.</summary>
    public double? MinSqnr { get; init; }

    /// <summary>Least share of outputs with the same top class, 0 to 1.</summary>
    public double? MinAgreement { get; init; }

    /// <summary>Most that may be lost against ONNX Runtime, as a share (0.005 is half a point): of the accuracy where there are labels,
    /// else of the decisions, else the relative error.</summary>
    public double? MaxLoss { get; init; }

    /// <summary>Whether anything is demanded of the program.</summary>
    public bool HasThresholds => MaxError is not null || MinSqnr is not null || MinAgreement is not null || MaxLoss is not null;
}
