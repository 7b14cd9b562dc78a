using System.Globalization;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Matrices whose inputs lie above zero, or little below it, because a function made them so: half of the codes about zero would never be
/// used, so their activations get a zero point.
/// </summary>
internal sealed class OneSidedInputs
{
    private static readonly string[] Functions =
    [
        "Abs", "Relu", "LeakyRelu", "Elu", "Selu", "Celu", "ThresholdedRelu", "HardSigmoid", "HardSwish", "Sigmoid", "Swish", "Softplus",
        "Gelu", "GeluTanh", "Mish", "Exp", "Sqrt",
    ];

    /// <summary>Functions of several values that lie above zero where all of them do.</summary>
    private static readonly string[] Combinations = ["Add", "Mul", "Max", "Min", "Div"];

    private readonly Dictionary<StepValue, List<StepNode>> _writers = [];
    private readonly Dictionary<StepValue, bool> _known = [];

    private OneSidedInputs(StepGraph graph)
    {
        foreach (var node in graph.Nodes)
        {
            foreach (var value in node.Outputs.Concat(node.WrittenStates()).OfType<StepValue>().Select(value => value.Root).Distinct())
            {
                if (!_writers.TryGetValue(value, out var writers))
                    _writers[value] = writers = [];

                writers.Add(node);
            }
        }
    }

    /// <summary>Marks the nodes whose matrix multiplies such values.</summary>
    public static void Mark(StepGraph graph)
    {
        var inputs = new OneSidedInputs(graph);
        foreach (var node in graph.Nodes.Where(node => WeightSlot.Of(node) is [{ Shift: not null }]))
            node.HasOneSidedInput = inputs.IsOneSided(node.Inputs[0] ?? node.In("ring")!);
    }

    private bool IsOneSided(StepValue value)
    {
        if (_known.TryGetValue(value.Root, out var known))
            return known;

        // A loop through a state adds nothing to what enters it.
        _known[value.Root] = true;
        return _known[value.Root] = value.Place != ValuePlace.Constant
            ? _writers.GetValueOrDefault(value.Root)?.TrueForAll(GivesOneSided) == true
            : value.Data is float[] numbers && !numbers.Any(float.IsNegative);
    }

    private bool GivesOneSided(StepNode node) => node.Op switch
    {
        "Linear" or "Conv" or "ConvStep" => Functions.Contains(node.Attributes.GetValueOrDefault("activation")),
        "Unary" => Functions.Contains(node.Attribute("fn")),
        "Binary" => Combinations.Contains(node.Attribute("fn")) && AllInputs(node),
        "Softmax" => node.Int("log") == 0,
        "Fill" => Convert.ToDouble(node.Attribute("value"), CultureInfo.InvariantCulture) >= 0,
        "Pool" or "Reduce" or "Running" => AllInputs(node),
        _ => (node.Definition.Family is OpFamily.Stream or OpFamily.Movement || node.Definition.Traits.HasFlag(OpTraits.MovesElements))
            && AllInputs(node),
    };

    private bool AllInputs(StepNode node)
    {
        var values = node.InRole(OperandRole.Data).Where(value => value.Type == ElementType.F32).ToArray();
        return values.Length > 0 && Array.TrueForAll(values, IsOneSided);
    }
}
