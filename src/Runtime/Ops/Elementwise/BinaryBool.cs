using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Elementwise;

/// <summary>Logic of two Bool operands; everything but 0 counts as true.</summary>
internal sealed class BinaryBool(OpReader reader, LogicFunction function) : BroadcastOp<byte, byte>(reader)
{
    protected override void Run(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> y)
    {
        for (var i = 0; i < y.Length; i++)
            y[i] = Holds(a[i] != 0, b[i] != 0) ? (byte)1 : (byte)0;
    }

    private bool Holds(bool a, bool b) => function switch
    {
        LogicFunction.And => a && b,
        LogicFunction.Or => a || b,
        LogicFunction.Xor => a != b,
        _ => a == b,
    };
}
