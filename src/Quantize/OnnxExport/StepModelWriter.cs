using System.Globalization;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Writing;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.OnnxExport;

/// <summary>
/// A float step graph as an ordinary ONNX model of one step, with standard ops only. docs/command-line.md (--emit-onnx) says what its
/// inputs, outputs and metadata mean.
/// </summary>
internal static class StepModelWriter
{
    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0410: a step op has no ONNX form; ES0207: the model would exceed 2
    /// GB.</exception>
    public static byte[] ToBytes(StepGraph steps, string name)
    {
        var (graph, states) = ToGraph(steps, name);
        return OnnxWriter.ToBytes(graph, Metadata(steps, states));
    }

    private static (OnnxGraph Graph, IReadOnlyList<string> States) ToGraph(StepGraph steps, string name)
    {
        var reserved = steps.Inputs.Select(input => input.Name)
            .Concat(steps.Outputs.SelectMany(output => new[] { output.Name, Ready(output) }));
        var model = new StepModelGraph(name, reserved);
        foreach (var input in steps.Inputs)
            model.AddInput(input);

        foreach (var node in steps.Nodes)
            EmissionTable.Default[node.Op](new Emission(model, node));

        foreach (var output in steps.Outputs)
            AddOutput(model, output);

        return (model.Graph, model.CloseStates());
    }

    private static string Ready(StepOutput output) => $"{output.Name}_ready";

    /// <summary>An output that does not come at every step has a second one that says whether it is there; without it, it is
    /// zero.</summary>
    private static void AddOutput(StepModelGraph model, StepOutput output)
    {
        var wire = model.Read(output.Value, output.Shape);
        var type = output.Value.Root.Type;
        if (model.Of(output.Clock).Ticks is string ticks)
        {
            var nothing = model.Constant($"{output.Name}.nothing", OnnxTensor.Filled(StepTensor.OnnxType(type), [], 0));
            wire = model.Add("Where", output.Name, [ticks, wire, nothing]);
            model.AddOutput(output.Name, wire, type, output.Shape);
            model.AddOutput(Ready(output), ticks, Runtime.Program.ElementType.Bool, []);
            return;
        }

        model.AddOutput(output.Name, wire, type, output.Shape);
    }

    private static Dictionary<string, string> Metadata(StepGraph steps, IReadOnlyList<string> states)
    {
        var metadata = states.ToDictionary(state => $"edgeseq.state.{state}", state => $"{state}_in <- {state}_out");
        foreach (var output in steps.Outputs)
            metadata[$"edgeseq.output.{output.Name}"] = output.Clock.ToString();

        if (steps.InputRate > 1)
            metadata["edgeseq.input_rate"] = steps.InputRate.ToString(CultureInfo.InvariantCulture);

        if (steps.MaxSteps is long limit)
            metadata["edgeseq.max_steps"] = limit.ToString(CultureInfo.InvariantCulture);

        return metadata;
    }
}
