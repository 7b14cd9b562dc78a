namespace EdgeSeq.Runtime.Program;

/// <summary>Sizes and file names of the element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.F32 or ElementType.I32 => 4,
        ElementType.I64 => 8,
        _ => 1,
    };

    /// <summary>The dtype that a safetensors header gives to such a tensor.</summary>
    public static string Dtype(this ElementType type) => type switch
    {
        ElementType.F32 => "F32",
        ElementType.I64 => "I64",
        ElementType.I32 => "I32",
        ElementType.I8 => "I8",
        _ => "U8",
    };
}
