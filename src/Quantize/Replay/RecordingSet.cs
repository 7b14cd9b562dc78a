using EdgeSeq.Device;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Text;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>Recordings on the disk, which can be replayed any number of times.</summary>
/// <param name="Data">A source as <c>edgeseq run</c> takes it (<c>npy:walk.npy</c>), or just a path: a .npy, .csv, .wav or .txt file,
/// or a folder with one NAME.npy for each input.</param>
/// <param name="Hop">New samples a step, for recordings of single samples.</param>
public sealed record RecordingSet(string Data, long? Hop = null)
{
    private static readonly Dictionary<string, string> KindOfExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".npy"] = "npy",
        [".csv"] = "csv",
        [".wav"] = "wav",
        [".txt"] = "text",
    };

    /// <summary>Samples a second of the recordings, or rows where each is a step; null for what they say, or the program's own.</summary>
    public double? SourceHz { get; init; }

    /// <summary>How a file is read whose shape fits one recording and several.</summary>
    public RecordingsWanted Recordings { get; init; }

    /// <summary>Columns of a table for the elements of the input; null to find them.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>The data's name without the folders before it.</summary>
    public string Name => System.IO.Path.GetFileName(Data.TrimEnd('/'));

    /// <summary>The file or folder that is read.</summary>
    public string Path => EndpointName.Parse(SourceName()).Rest;

    /// <summary>Starts reading from the first step.</summary>
    /// <exception cref="EdgeSeqException">ES0301 to ES0303 for files that are broken or do not fit the model, ES0601, ES0602,
    /// ES0704 for data that cannot be replayed.</exception>
    public ISource Open(Model model)
    {
        var source = SourceName();
        if (source.EndsWith(":-", StringComparison.Ordinal))
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"'{source}' can be read only once", "save the recording to a file");

        return SourceCatalog.Open(source, new SourceContext
        {
            Inputs = model.Inputs,
            Tokenizer = Tokenizer.Of(model),
            RateHz = model.Program.RateHz,
            SourceHz = SourceHz,
            Recordings = Recordings,
            Columns = Columns,
            Hop = Hop,
            Stop = new StopSignal(),
        });
    }

    private string SourceName()
    {
        if (Directory.Exists(Data))
            return $"npy:{Data}";

        return KindOfExtension.TryGetValue(System.IO.Path.GetExtension(Data), out var kind)
            && (File.Exists(Data) || !Data.Contains(':', StringComparison.Ordinal))
            ? $"{kind}:{Data}"
            : Data;
    }
}
