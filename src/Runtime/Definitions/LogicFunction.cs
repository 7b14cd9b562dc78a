namespace EdgeSeq.Runtime.Definitions;

/// <summary>Functions of two Bool operands.</summary>
internal enum LogicFunction
{
    And,
    Or,
    Xor,
    Equal,
}
