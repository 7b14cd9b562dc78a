using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Products whose small values count as much as the large ones, because a logarithm, a compressing power or a division takes them:
/// spectra and mel bands before their logarithm. An int8 product errs by a share of the largest, so the small ones would be noise.
/// </summary>
internal sealed class LogarithmPaths
{
    private static readonly string[] Logarithms = ["Log", "Reciprocal"];

    /// <summary>Functions after which an error of a small value stays as small a share of what matters.</summary>
    private static readonly string[] Bounding =
    [
        "Sigmoid", "Tanh", "HardSigmoid", "Softsign", "Erf", "Sin", "Cos", "Atan", "Exp", "HardSwish", "Swish", "Gelu", "GeluTanh", "Mish",
    ];

    private readonly Dictionary<StepValue, List<StepNode>> _readers = [], _writers = [];
    private readonly Dictionary<StepValue, string?> _reached = [];

    public LogarithmPaths(StepGraph graph)
    {
        foreach (var node in graph.Nodes)
        {
            Enter(_readers, node.Inputs, node);
            Enter(_writers, [.. node.Outputs, .. node.WrittenStates()], node);
        }

        static void Enter(Dictionary<StepValue, List<StepNode>> nodes, StepValue?[] values, StepNode node)
        {
            foreach (var value in values.OfType<StepValue>().Select(value => value.Root).Distinct())
            {
                if (!nodes.TryGetValue(value, out var entered))
                    nodes[value] = entered = [];

                entered.Add(node);
            }
        }
    }

    /// <summary>Why a node must not be int8 without recordings; null where nothing speaks against it.</summary>
    public string? Objection(StepNode node) =>
        WeightSlot.Of(node).Count == 0 || node.Definition.Family is not (OpFamily.Matrix or OpFamily.Convolution)
            || StoredIntegers.Of(node.Inputs[WeightSlot.Of(node)[0].Weights]!) is not null ? null
        : After(node) is { } end ? $"its products feed {end}, where small values count as much as large ones"
        : null;

    private static string Described(StepNode node, string what) => $"the {what} '{node.Name}'";

    /// <summary>Where the node's results go on to.</summary>
    private string? After(StepNode node) =>
        Activation(node) is { } fn && Logarithms.Contains(fn) ? Described(node, "logarithm")
        : Activation(node) is { } bounding && Bounding.Contains(bounding) ? null
        : node.Outputs.OfType<StepValue>().Concat(node.WrittenStates()).Select(value => Reached(value.Root)).OfType<string>()
            .FirstOrDefault();

    private static string? Activation(StepNode node) => node.Attributes.GetValueOrDefault("activation") as string;

    private string? Reached(StepValue value)
    {
        if (_reached.TryGetValue(value, out var known))
            return known;

        // A loop through a state leads nowhere new.
        _reached[value] = null;
        return _reached[value] = _readers.GetValueOrDefault(value)?.Select(node => Through(node, value)).OfType<string>().FirstOrDefault();
    }

    private string? Through(StepNode node, StepValue value) => node.Op switch
    {
        "Unary" when node.Attribute("fn") is string fn => Logarithms.Contains(fn) ? Described(node, "logarithm or division")
            : Bounding.Contains(fn) ? null
            : After(node),
        "Binary" when node.Attribute("fn") is "Pow" => ReferenceEquals(node.Inputs[0]!.Root, value) ? AfterPower(node) : null,
        "Binary" when node.Attribute("fn") is "Div" => ReferenceEquals(node.Inputs[0]!.Root, value) ? After(node)
            : HasProducts(node.Inputs[0]!.Root, []) ? null : Described(node, "division"),
        "Binary" => After(node),
        "Linear" or "Banded" or "Conv" or "ConvStep" or "Cast" => After(node),
        _ => node.Definition.Family is OpFamily.Movement or OpFamily.Stream or OpFamily.Reduction
            || node.Definition.Traits.HasFlag(OpTraits.MovesElements) ? After(node) : null,
    };

    private string? AfterPower(StepNode node) => node.Inputs[1] is { Data: float[] exponents }
        && exponents.Any(exponent => exponent is > 0 and < 0.5f or < 0) ? Described(node, "power") : After(node);

    /// <summary>Whether a value depends on products by weights. What is divided by its own size (a normalisation) errs with it.</summary>
    private bool HasProducts(StepValue value, HashSet<StepValue> seen) =>
        seen.Add(value) && _writers.GetValueOrDefault(value) is { } writers && writers.Any(node =>
            WeightSlot.Of(node).Count > 0 || node.Inputs.OfType<StepValue>().Any(input => HasProducts(input.Root, seen)));
}
