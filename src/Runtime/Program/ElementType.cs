namespace EdgeSeq.Runtime.Program;

/// <summary>Type of a value's elements. A Bool takes one byte, 0 or 1.</summary>
public enum ElementType
{
    F32,
    I64,
    I32,
    I8,
    Bool,
}
