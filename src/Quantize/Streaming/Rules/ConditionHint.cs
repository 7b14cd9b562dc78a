using System.Globalization;
using EdgeSeq.Quantize.Onnx;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>What to type so that the condition of an If is known: the inputs that decide it, with the numbers that they are compared
/// with.</summary>
internal static class ConditionHint
{
    private const string Otherwise = "export the model with a fixed condition";

    public static string Of(NodeContext c)
    {
        var producers = c.Analysis.Graph.Producers();
        var inputs = c.Analysis.InputsOf(c.Node.Inputs[0]);
        if (inputs.Count == 0 || inputs.Any(name => c.Analysis.TimeAxes.ContainsKey(name)))
            return Otherwise;

        var numbers = new Dictionary<string, string>();
        foreach (var node in c.Analysis.Graph.Nodes.Where(node => node.OpType is "Equal" or "Less" or "LessOrEqual" or "Greater"
            or "GreaterOrEqual"))
        {
            for (var i = 0; i < 2; i++)
            {
                if (Root(producers, node.Inputs[i]) is var input && inputs.Contains(input)
                    && c.Analysis.Graph.Constant(node.Inputs[1 - i]) is { Count: 1 } number)
                {
                    numbers.TryAdd(input, number.ToDoubles()[0].ToString(CultureInfo.InvariantCulture));
                }
            }
        }

        var given = string.Join(" ", inputs.Select(name =>
            $"--set {name}={numbers.GetValueOrDefault(name, IsTruth(c, name) ? "1" : "0")}"));
        return $"give the inputs that decide it, {given}, or {Otherwise}";
    }

    private static bool IsTruth(NodeContext c, string name) =>
        c.Analysis.Graph.Inputs.First(input => input.Name == name).ElementType == OnnxElementType.Bool;

    /// <summary>The wire before casts and reshapes.</summary>
    private static string Root(Dictionary<string, OnnxNode> producers, string wire)
    {
        while (producers.TryGetValue(wire, out var node)
            && node.OpType is "Cast" or "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Flatten")
        {
            wire = node.Inputs[0];
        }

        return wire;
    }
}
