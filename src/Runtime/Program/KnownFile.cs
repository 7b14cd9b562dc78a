namespace EdgeSeq.Runtime.Program;

/// <summary>A kind of file that people hand in where another is needed, told by its first bytes.</summary>
/// <param name="What">In words: "a WAV recording".</param>
/// <param name="Source">The kind of source that reads it, such as "wav"; null where none does.</param>
public sealed record KnownFile(string What, string? Source = null)
{
    /// <summary>Bytes from the start that are enough to tell.</summary>
    public const int BytesToTell = 16;

    public static KnownFile Onnx { get; } = new("an ONNX model");

    public static KnownFile Program { get; } = new("a step program");

    /// <summary>Null for what is not known.</summary>
    public static KnownFile? Of(ReadOnlySpan<byte> start) => start switch
    {
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => new("a WAV recording", "wav"),
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => new("a .npy array", "npy"),
        [(byte)'P', (byte)'K', 3, 4, ..] => new("a ZIP archive (.npz, .zip or .keras)"),
        [0x1F, 0x8B, ..] => new("a gzip archive"),
        [_, _, _, _, (byte)'T', (byte)'F', (byte)'L', (byte)'3', ..] => new("a TensorFlow Lite model"),
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => new("an HDF5 file"),
        [(byte)'f', (byte)'L', (byte)'a', (byte)'C', ..] => new("a FLAC recording"),
        [(byte)'O', (byte)'g', (byte)'g', (byte)'S', ..] => new("an Ogg recording"),
        [(byte)'I', (byte)'D', (byte)'3', ..] => new("an MP3 recording"),
        [_, _, _, _, _, 0, 0, 0, (byte)'{', (byte)'"', ..] => Program,
        // An ONNX file starts with its IR version: field 1, a number of one byte.
        [0x08, > 0 and < 0x40, ..] => Onnx,
        _ => null,
    };

    /// <summary>The error's end for a file that should have been something else: what it is, and where it belongs.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="needed">What it should have been: "a program".</param>
    public (string Problem, string? Hint) Instead(string file, string needed) => ($"{file}: this is {What}, not {needed}", this switch
    {
        _ when this == Onnx => $"edgeseq-convert convert {file} -o {Path.ChangeExtension(file, ".eseq")}",
        _ when this == Program => $"edgeseq run {file} --source …",
        { Source: { } source } => $"recordings go to --source {source}:{file}",
        _ => null,
    });
}
