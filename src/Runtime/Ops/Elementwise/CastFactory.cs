using System.Numerics;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Makes the Cast for the types of its operands.</summary>
internal static class CastFactory
{
    public static StepOp Create(OpReader reader) => reader.InType("x") switch
    {
        ElementType.F32 => From<float>(reader),
        ElementType.I64 => From<long>(reader),
        ElementType.I32 => From<int>(reader),
        ElementType.I8 => From<sbyte>(reader),
        _ => From<byte>(reader),
    };

    private static StepOp From<T>(OpReader reader)
        where T : unmanaged, INumber<T> => reader.OutType("y") switch
        {
            ElementType.F32 => new Cast<T, float>(reader),
            ElementType.I64 => new Cast<T, long>(reader),
            ElementType.I32 => new Cast<T, int>(reader),
            ElementType.I8 => new Cast<T, sbyte>(reader),
            _ => new Cast<T, byte>(reader),
        };
}
