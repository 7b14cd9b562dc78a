namespace EdgeSeq.Runtime.Program;

/// <summary>What an op of a program costs.</summary>
public static class OpCost
{
    /// <summary>Multiplications at each tick of the op's clock, 0 for ops without matrix work.</summary>
    public static long Macs(OpSpec op) => op.Op switch
    {
        "Linear" => Number(op, "rows") * Number(op, "columns") * Number(op, "vectors", 1),
        "LSTM" => Recurrent(op, 4),
        "GRU" => Recurrent(op, 3),
        "RNN" => Recurrent(op, 1),
        "ConvStep" => Number(op, "outChannels") * Number(op, "kernel") * Number(op, "channels") / Number(op, "groups", 1),
        "Conv" => Convolution(op),
        "Attention" => Number(op, "heads") * Number(op, "window") * (Number(op, "keySize") + Number(op, "valueSize")),
        _ => 0,
    };

    /// <summary>Elements read, written or multiplied at each tick of the op's clock, at most: what a verified op can cost, whatever its
    /// file says.</summary>
    public static double Work(OpSpec op, IReadOnlyList<ValueSpec> values) =>
        op.In.Concat(op.Out).Where(i => i >= 0).Sum(i => Elements(values[i])) + op.Op switch
        {
            "MatMul" => Product(op, "batch") * Number(op, "rows") * Number(op, "columns") * Number(op, "inner"),
            "ConvTranspose" => Elements(values[op.In[1]]) * Product(op, "inputShape") * Number(op, "batch", 1),
            "Pool" => Elements(values[op.Out[0]]) * Product(op, "kernel"),
            "Copy" or "Binary" or "Where" => Product(op, "shape"),
            "TopK" => Elements(values[op.In[0]]) * (double)Number(op, "k"),
            _ => Macs(op),
        };

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

    private static long Recurrent(OpSpec op, int gates) =>
        gates * Number(op, "hidden") * (Number(op, "input") + Number(op, "hidden")) * Number(op, "steps", 1) * Number(op, "batch", 1);

    private static long Convolution(OpSpec op)
    {
        var positions = Number(op, "batch", 1) * Number(op, "outChannels");
        for (var axis = 0; axis < 2; axis++)
        {
            var span = ((At(op, "kernel", axis) - 1) * At(op, "dilations", axis)) + 1;
            positions *= ((At(op, "inputShape", axis) + At(op, "pads", axis) + At(op, "pads", axis + 2) - span) / At(op, "strides", axis)) + 1;
        }

        return positions * At(op, "kernel", 0) * At(op, "kernel", 1) * Number(op, "channels") / Number(op, "groups", 1);
    }

    private static long At(OpSpec op, string attribute, int index) =>
        op.Attributes.TryGetValue(attribute, out var list) ? list[index].GetInt64() : attribute == "pads" ? 0 : 1;

    /// <summary>Product of a list, 1 where it is absent.</summary>
    private static double Product(OpSpec op, string attribute)
    {
        var product = 1.0;
        if (op.Attributes.TryGetValue(attribute, out var list))
        {
            foreach (var dimension in list.EnumerateArray())
                product *= dimension.GetInt64();
        }

        return product;
    }

    private static long Number(OpSpec op, string attribute, long missing = 0) =>
        op.Attributes.TryGetValue(attribute, out var value) ? value.GetInt64() : missing;
}
