using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Definitions.Ops;

/// <summary>What an op of a program costs.</summary>
public static class OpCost
{
    /// <summary>Multiplications at each tick of the op's clock, 0 for ops without matrix work.</summary>
    public static long Macs(OpSpec op) =>
        OpDefinitions.Find(op.Op) is { } definition ? definition.Multiplications(new OpFacts(definition, op, [])) : 0;

    /// <summary>Elements read, written or multiplied at each tick of the op's clock, at most: what a verified op can cost, whatever its
    /// file says.</summary>
    public static double Work(OpSpec op, IReadOnlyList<ValueSpec> values)
    {
        var operands = op.In.Concat(op.Out).Where(i => i >= 0).Sum(i => Elements(values[i]));
        return operands + Macs(op)
            + (OpDefinitions.Find(op.Op) is { OtherWork: { } formula } definition ? formula(new OpFacts(definition, op, values)) : 0);
    }

    /// <summary>Bytes of the constants that the op reads.</summary>
    public static long WeightBytes(OpSpec op, IReadOnlyList<ValueSpec> values) =>
        op.In.Where(i => i >= 0 && values[i].Place == ValuePlace.Constant).Distinct().Sum(i => Bytes(values[i]));

    /// <summary>"int8" where a constant of the op is int8, "f32" where it does matrix work in float, otherwise null.</summary>
    public static string? Precision(OpSpec op, IReadOnlyList<ValueSpec> values)
    {
        if (op.In.Any(i => i >= 0 && values[i].Type == ElementType.I8))
            return "int8";
        return Macs(op) > 0 ? "f32" : null;
    }

    public static long Bytes(ValueSpec value) => value.Shape.Aggregate((long)value.Type.Size(), (bytes, dimension) => bytes * dimension);

    private static double Elements(ValueSpec value) => value.Shape.Aggregate(1.0, (elements, dimension) => elements * dimension);
}
