using EdgeSeq.Quantize.Onnx.Opsets;

namespace EdgeSeq.Quantize.Onnx.Reading;

/// <summary>A model read from an ONNX file: its graph in the canonical form of <see cref="OpsetNormalizer"/> with float32 as only float
/// type, and where it came from.</summary>
public sealed class OnnxModel
{
    internal OnnxModel(string path, string sha256, string producer, long opset, OnnxGraph graph)
    {
        Path = path;
        Sha256 = sha256;
        Producer = producer;
        Opset = opset;
        Graph = graph;
    }

    public string Path { get; }

    /// <summary>Hex SHA-256 of the file (without external data).</summary>
    public string Sha256 { get; }

    /// <summary>Name and version of the exporter, as the file states them; may be empty.</summary>
    public string Producer { get; }

    /// <summary>The version of the standard operator set that the file is written against.</summary>
    public long Opset { get; }

    public OnnxGraph Graph { get; }

    /// <summary>Whether ONNX Runtime gives the graph's outputs from the file itself; else the file ends in names, or is not valid
    /// ONNX.</summary>
    public bool RunsAsItIs { get; internal init; } = true;

    /// <summary>Names of the classes in their order, where the file has them: in nodes that give names out, or in its metadata.</summary>
    public IReadOnlyList<string>? Labels { get; internal init; }

    /// <summary>Samples a second, where the metadata says it.</summary>
    public double? RateHz { get; internal init; }

    /// <summary>
    /// Reads a file and everything it refers to. Functions are expanded, constants become initializers, opset differences are
    /// normalised and all floats are float32; nothing is folded yet.
    /// </summary>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES02xx: the file is missing, damaged, unsafe or too old; ES045x: it uses something
    /// unsupported.</exception>
    public static OnnxModel Load(string path) => OnnxFile.Load(path);
}
