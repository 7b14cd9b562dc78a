using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Definitions.Ops;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>A weight matrix of a step op with the indices of its operands.</summary>
/// <param name="Matrix">Its definition.</param>
/// <param name="Weights">Input index of the weights.</param>
/// <param name="Scale">Input index of their row scales.</param>
/// <param name="Bias">Input index of the biases that are added to the product.</param>
/// <param name="Shift">Input index of what a zero point adds; null where the op's activations have none.</param>
internal sealed record WeightSlot(MatrixDefinition Matrix, int Weights, int Scale, int Bias, int? Shift)
{
    /// <summary>Attribute with the static scale of the vector that the matrix multiplies; absent where it is dynamic.</summary>
    public string ActivationScale => Matrix.ActivationScale;

    public bool IsRecurrent => Matrix.Vectors == VectorSource.State;

    /// <summary>The weight matrices of a node; none for an op that has no weights.</summary>
    public static IReadOnlyList<WeightSlot> Of(StepNode node) => Of(node.Definition);

    /// <summary>The weight matrices of an op; none for one that has no weights.</summary>
    public static IReadOnlyList<WeightSlot> Of(string op) => Of(OpDefinitions.Find(op)!);

    /// <summary>The program's value with the elements that the matrix multiplies, as it stands after the op ran: all that a step brings, or
    /// the ring of a streaming convolution that another op fills.</summary>
    public int Vectors(OpSpec op)
    {
        var definition = OpDefinitions.Find(op.Op)!;
        if (IsRecurrent)
        {
            var (y, hn) = (op.Out[definition.Output("y")], op.Out[definition.Output("hn")]);
            var manySteps = op.Attributes.TryGetValue("steps", out var steps) && steps.GetInt32() != 1;
            return manySteps && y >= 0 ? y : hn;
        }

        var x = op.In[definition.Input("x")];
        return x >= 0 ? x : op.In[definition.Input("ring")];
    }

    private static IReadOnlyList<WeightSlot> Of(OpDefinition op) => [.. op.Matrices.Select(matrix => Of(op, matrix))];

    private static WeightSlot Of(OpDefinition op, MatrixDefinition matrix)
    {
        var weights = op.Input(matrix.Weights);
        return new WeightSlot(matrix, weights, op.Input(op.Inputs[weights].Scale!), op.Input(matrix.Bias),
            matrix.Shift is { } shift ? op.Input(shift) : null);
    }
}
