using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops;

/// <summary>Every step op by its name in program files.</summary>
internal static class OpRegistry
{
    private static readonly Dictionary<string, Func<OpReader, StepOp>> Factories = new(StringComparer.Ordinal)
    {
        ["Copy"] = r => r.InType(0) switch
        {
            ElementType.F32 => new Copy<float>(r),
            ElementType.I64 => new Copy<long>(r),
            ElementType.I32 => new Copy<int>(r),
            ElementType.I8 => new Copy<sbyte>(r),
            _ => new Copy<byte>(r),
        },
        ["Delay"] = r => new Delay(r),
        ["Fill"] = r => r.OutType(0) switch
        {
            ElementType.F32 => new Fill<float>(r, r.Float("value")),
            ElementType.I64 => new Fill<long>(r, r.Int("value", int.MinValue)),
            ElementType.I32 => new Fill<int>(r, r.Int("value", int.MinValue)),
            ElementType.I8 => new Fill<sbyte>(r, (sbyte)r.Int("value", sbyte.MinValue, sbyte.MaxValue)),
            _ => new Fill<byte>(r, (byte)r.Int("value", 0, 1)),
        },
        ["Gather"] = r => r.InType(0) switch
        {
            ElementType.I8 => new GatherS8(r),
            ElementType.I64 => new Gather<long>(r),
            _ => new Gather<float>(r),
        },
        ["Latch"] = r => new Latch(r),
        ["Push"] = r => new Push(r),
        ["StepCount"] = r => new StepCount(r),
        ["Table"] = r => new Table(r),
        ["Where"] = r => r.InType(1) switch
        {
            ElementType.I64 => new Where<long>(r),
            ElementType.I32 => new Where<int>(r),
            ElementType.Bool => new Where<byte>(r),
            _ => new Where<float>(r),
        },
        ["Window"] = r => new Window(r),
    };

    public static IReadOnlyCollection<string> Names => Factories.Keys;

    /// <summary>Makes an op, verified and complete.</summary>
    /// <exception cref="Errors.EdgeSeqException">ES0111, ES0112.</exception>
    public static StepOp Create(OpReader reader)
    {
        if (!Factories.TryGetValue(reader.Op, out var factory))
            throw reader.UnknownOp();
        var op = factory(reader);
        reader.Finish();
        return op;
    }
}
