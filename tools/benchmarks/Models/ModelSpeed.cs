using System.Text.Json.Serialization;

namespace EdgeSeq.Benchmarks.Models;

/// <summary>What a call of a model takes, fastest of the rounds; null where it could not be measured.</summary>
/// <param name="Model">Its file, without the extension.</param>
/// <param name="Mode">stream, step or window; empty where nothing was measured.</param>
/// <param name="Int8">EdgeSeq, ns.</param>
/// <param name="Float32">EdgeSeq, ns.</param>
/// <param name="OrtFloat32">ONNX Runtime, ns, everything bound.</param>
/// <param name="OrtInt8">ONNX Runtime with weights of matrices and LSTMs in int8, ns.</param>
/// <param name="Note">Why something is missing.</param>
internal sealed record ModelSpeed(string Model, string Mode, double? Int8 = null, double? Float32 = null, double? OrtFloat32 = null,
    double? OrtInt8 = null, string Note = "")
{
    public const double Int8Goal = 2;
    public const double Float32Goal = 1.2;

    [JsonIgnore]
    public double? OrtBest => OrtInt8 < OrtFloat32 ? OrtInt8 : OrtFloat32;

    /// <summary>How many times as fast as ONNX Runtime's best.</summary>
    public double? Int8Gain => OrtBest / Int8;

    public double? Float32Gain => OrtBest / Float32;
}
