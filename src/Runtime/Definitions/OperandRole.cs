
namespace EdgeSeq.Runtime.Definitions;

/// <summary>What an operand is to its op.</summary>
public enum OperandRole
{
    /// <summary>What the op computes with.</summary>
    Data,

    /// <summary>A packed matrix: F32, or I8 with a scale for each row.</summary>
    Weights,

    /// <summary>What the elements of an int8 operand are multiplied by.</summary>
    Scale,

    /// <summary>What is added to a product with weights, one element for each row.</summary>
    Bias,

    /// <summary>Other numbers that belong to the model, such as peepholes, as they are.</summary>
    Parameters,

    /// <summary>Rows that are looked up one by one.</summary>
    Table,

    /// <summary>Whole numbers that point at rows or elements.</summary>
    Indices,

    /// <summary>What a recurrent layer starts its step from.</summary>
    Start,

    /// <summary>A state that the op reads and writes: a ring, a sum.</summary>
    State,
}
