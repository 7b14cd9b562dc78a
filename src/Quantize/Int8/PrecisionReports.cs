using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>Says in the reports of ONNX nodes which precision their products got, and why it is not another.</summary>
internal static class PrecisionReports
{
    /// <param name="graph">As it is written.</param>
    /// <param name="options">With which it was quantised; null for a float program.</param>
    public static NodeReport[] Annotated(IReadOnlyList<NodeReport> reports, StepGraph graph, QuantizerOptions? options)
    {
        var ops = graph.Nodes.Where(node => Precision(node) is not null || Equalization.Divides(node.Name)).ToLookup(Equalization.ServedBy);
        return [.. reports.Select(report => ops.Contains(report.Name) ? Annotated(report, [.. ops[report.Name]], options) : report)];
    }

    private static NodePrecision? Precision(StepNode node) => node.Definition.FloatOnly is not null ? NodePrecision.F32
        : NodePrecisions.Of(node);

    private static NodeReport Annotated(NodeReport report, StepNode[] nodes, QuantizerOptions? options)
    {
        string[] notes = options is null ? [] : [.. nodes.SelectMany(node => Notes(node, options)).Distinct()];
        return report with
        {
            Precision = nodes.Any(node => Precision(node) is NodePrecision.Int8 or NodePrecision.Int8Wide) ? "int8" : "f32",
            Note = notes.Length > 0 ? string.Join("; ", notes) : report.Note,
        };
    }

    private static IEnumerable<string> Notes(StepNode node, QuantizerOptions options)
    {
        if (Equalization.Divides(node.Name))
        {
            yield return "equalised input";
            yield break;
        }

        switch (Precision(node))
        {
            case NodePrecision.F32:
                yield return node.Definition.FloatOnly is { } reason ? reason
                    : options.FloatNodes.TryGetValue(node.Name, out var option) ? $"float by {option}"
                    : options.Risks.Floats.TryGetValue(node.Name, out var risk) ? $"float: {risk}"
                    : NodePrecisions.IsFasterInFloat(node) ? "float: depthwise, faster than in int8"
                    : FormedNodes.IsFreeInFloat(node) ? "float: as fast as int8"
                    : "float: in int8 an output would miss its goal";
                yield break;
            case NodePrecision.Int8Wide:
                yield return "16-bit activations: with 8 bits an output would miss its goal";
                break;
        }

        foreach (var remark in node.Inputs.Select(value => value?.Remark).OfType<string>())
            yield return remark;

        if (node.InputScale is not null && node.Attributes.ContainsKey(WeightSlot.Of(node)[0].ActivationScale))
            yield return "the model's own activation scale";
    }
}
