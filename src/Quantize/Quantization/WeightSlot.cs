using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Quantization;

/// <summary>Where a step op takes a weight matrix, and what goes with it.</summary>
/// <param name="Weights">Input index of the weights.</param>
/// <param name="Scale">Input index of their row scales.</param>
/// <param name="Bias">Input index of the biases that are added to the product.</param>
/// <param name="ActivationScale">Attribute with the static scale of the vector that the matrix multiplies; absent where it is dynamic.</param>
internal sealed record WeightSlot(int Weights, int Scale, int Bias, string ActivationScale)
{
    private const string InputScale = "xScale", StateScale = "hScale";

    private static readonly Dictionary<string, WeightSlot[]> OfOp = new(StringComparer.Ordinal)
    {
        ["Linear"] = [new(1, 2, 3, InputScale)],
        ["Conv"] = [new(1, 2, 3, InputScale)],
        ["ConvStep"] = [new(2, 3, 4, InputScale)],
        ["LSTM"] = [new(1, 2, 5, InputScale), new(3, 4, 5, StateScale)],
        ["GRU"] = [new(1, 2, 5, InputScale), new(3, 4, 6, StateScale)],
        ["RNN"] = [new(1, 2, 5, InputScale), new(3, 4, 5, StateScale)],
    };

    public bool IsRecurrent => ActivationScale == StateScale;

    /// <summary>The weight matrices of a node; none for an op that has no weights.</summary>
    public static IReadOnlyList<WeightSlot> Of(StepNode node) => Of(node.Op);

    /// <summary>The weight matrices of an op; none for one that has no weights.</summary>
    public static IReadOnlyList<WeightSlot> Of(string op) => OfOp.GetValueOrDefault(op, []);

    /// <summary>The program's value with the elements that the matrix multiplies, as it stands after the op ran: all that a step brings, or
    /// the ring of a streaming convolution that another op fills.</summary>
    public int Vectors(OpSpec op)
    {
        if (IsRecurrent)
        {
            var manySteps = op.Attributes.TryGetValue("steps", out var steps) && steps.GetInt32() != 1;
            return op.Out[manySteps && op.Out[0] >= 0 ? 0 : 1];
        }

        return op.In[0] >= 0 ? op.In[0] : op.In[1];
    }
}
