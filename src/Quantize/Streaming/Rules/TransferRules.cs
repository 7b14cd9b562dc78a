using EdgeSeq.Quantize.Streaming.Attention;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>The transfer rules of all families. Each family registers its own.</summary>
internal static class TransferRules
{
    public static OpTable Table { get; } = Build();

    private static OpTable Build()
    {
        var table = new OpTable();
        ElementwiseOps.Register(table);
        MatrixOps.Register(table);
        LayoutOps.Register(table);
        SliceOps.Register(table);
        GatherOps.Register(table);
        ReduceOps.Register(table);
        NormalizationOps.Register(table);
        SoftmaxOps.Register(table);
        ConvolutionOps.Register(table);
        PoolOps.Register(table);
        RecurrentOps.Register(table);
        QuantizationOps.Register(table);
        ScatterOps.Register(table);
        ResizeOps.Register(table);
        ControlOps.Register(table);
        table.Open(KeyMasks.Combining, KeyMasks.TryOpen);

        // What has none of the forms of attention may still be done with the newest query's row.
        table.Otherwise = KeyRows.TryContinue;
        return table;
    }
}
