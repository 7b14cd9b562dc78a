using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>A finished conversion.</summary>
public sealed class ConversionResult
{
    internal ConversionResult(byte[] program, string mode, NodeReport[] nodes, StepGraph steps, IReadOnlyList<StatePair> states)
    {
        Program = program;
        Mode = mode;
        Nodes = nodes;
        Steps = steps;
        States = states;
    }

    /// <summary>The bytes of the .eseq file.</summary>
    public byte[] Program { get; }

    /// <summary>stream, step or window.</summary>
    public string Mode { get; }

    /// <summary>What each ONNX node became.</summary>
    public IReadOnlyList<NodeReport> Nodes { get; }

    /// <summary>The step graph as written.</summary>
    internal StepGraph Steps { get; }

    /// <summary>Step mode: the ONNX inputs that are state, with the outputs that give their next value.</summary>
    internal IReadOnlyList<StatePair> States { get; }
}
