using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Replay;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What a program was made from, in ONNX Runtime, and its program in float32.</summary>
internal abstract class Original : IDisposable
{
    /// <summary>Its files, for people.</summary>
    public abstract string Name { get; }

    /// <summary>Its ONNX files; none for a front end alone.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Bytes of its files.</summary>
    public long Bytes => Files.Sum(file => new FileInfo(file).Length);

    public abstract ConversionResult Conversion { get; }

    /// <summary>Steps of a recording that ONNX Runtime gets; it keeps every intermediate value of all of them.</summary>
    public abstract int PieceSteps { get; }

    /// <summary>Compares what ONNX Runtime gives for a recording, or for its first piece.</summary>
    /// <returns>What stands between the parts of a chain; null for one model.</returns>
    public abstract ChainTrace? Compare(Recording recording, TracePair traces, OutputVerification[] outputs, RecordingPosition at,
        Extent extent);

    /// <summary>What of a trace is worth a picture.</summary>
    public virtual IReadOnlyList<TimelineFeature> Features(ChainTrace trace) => [];

    /// <summary>Whether an input or an output of the program is samples of one channel in a row.</summary>
    public virtual bool IsSamples(string port) => false;

    public abstract void Dispose();
}
