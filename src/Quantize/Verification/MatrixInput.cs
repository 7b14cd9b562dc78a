using EdgeSeq.Quantize.Int8;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What one int8 matrix of a node multiplies.</summary>
public sealed class MatrixInput
{
    internal MatrixInput(int value, bool isState, float? staticLimit) => (Value, IsState, StaticLimit) = (value, isState, staticLimit);

    /// <summary>The node's own state rather than its input.</summary>
    public bool IsState { get; }

    /// <summary>The magnitude that int8 reaches, where it is the same for all vectors; null where each vector has a range of its
    /// own.</summary>
    public float? StaticLimit { get; }

    /// <summary>Of the vectors before they become int8.</summary>
    public ValueHistogram Values { get; } = new();

    /// <summary>The program's value that holds the vectors after a step.</summary>
    internal int Value { get; }

    /// <summary>Those of an op's matrices that are int8.</summary>
    /// <param name="values">The program's.</param>
    internal static IReadOnlyList<MatrixInput> Of(OpSpec op, IReadOnlyList<ValueSpec> values) =>
        [.. WeightSlot.Of(op.Op).Where(slot => values[op.In[slot.Weights]].Type == ElementType.I8).Select(slot => new MatrixInput(
            slot.Vectors(op),
            slot.IsRecurrent,
            op.Attributes.TryGetValue(slot.ActivationScale, out var scale) ? scale.GetSingle() * RowQuantizer.Largest : null))];
}
