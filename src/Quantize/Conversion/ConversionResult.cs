using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.OnnxExport;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>A finished conversion.</summary>
public sealed class ConversionResult
{
    internal ConversionResult(byte[] program, string mode, NodeReport[] nodes, StepGraph steps, StepGraph floatSteps,
        IReadOnlyList<StatePair> states)
    {
        Program = program;
        Mode = mode;
        Nodes = nodes;
        Steps = steps;
        FloatSteps = floatSteps;
        States = states;
    }

    /// <summary>The bytes of the .eseq file.</summary>
    public byte[] Program { get; }

    /// <summary>stream, step or window.</summary>
    public string Mode { get; }

    /// <summary>What each ONNX node became.</summary>
    public IReadOnlyList<NodeReport> Nodes { get; }

    /// <summary>What the search for precision found; null where nothing was searched.</summary>
    public PrecisionReport? Precision { get; internal init; }

    /// <summary>What the user should know: how a front end as a stream differs from its library's whole-recording form.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>How the model was understood, with the evidence.</summary>
    public IReadOnlyList<ChoiceSpec> Choices { get; internal init; } = [];

    /// <summary>The int8 program beside the float program, on noise; null in f32.</summary>
    public NoiseReport? Noise { get; internal init; }

    /// <summary>The bytes of the same program in float; <see cref="Program"/> itself in f32.</summary>
    public byte[] FloatProgram { get; internal init; } = [];

    /// <summary>The ONNX inputs that the session keeps, with the outputs that give their next value and why they are believed to.</summary>
    public IReadOnlyList<StatePair> KeptStates { get; internal init; } = [];

    /// <summary>Outputs of the model that depend on no input, with their values: the program does not give them.</summary>
    public IReadOnlyDictionary<string, float[]> ConstantOutputs { get; internal init; } = new Dictionary<string, float[]>();

    /// <summary>The step graph as written.</summary>
    internal StepGraph Steps { get; }

    /// <summary>The step graph before quantisation; <see cref="Steps"/> itself in f32.</summary>
    internal StepGraph FloatSteps { get; }

    /// <summary>Step mode: those of <see cref="KeptStates"/> that go round through the graph.</summary>
    internal IReadOnlyList<StatePair> States { get; }

    /// <summary>Step mode: the states that grow by one element a step; null where none does.</summary>
    internal GrowingCaches? Caches { get; init; }

    /// <summary>Inputs of the model that tell how long the sequence is: the program counts its steps.</summary>
    internal IReadOnlyList<string> Lengths { get; init; } = [];

    /// <summary>The float step graph as an ONNX model of one step that takes every state and gives its next value.</summary>
    /// <param name="name">Name of the model's graph.</param>
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0410: a step op has no ONNX form; ES0207: the model would exceed 2
    /// GB.</exception>
    public byte[] ToStepModel(string name) => StepModelWriter.ToBytes(FloatSteps, name);
}
