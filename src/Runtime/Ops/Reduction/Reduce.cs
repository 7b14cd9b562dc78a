using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Reduction;

/// <summary>One number for each vector along the middle axis of [outer, count, inner].</summary>
internal sealed class Reduce(OpReader reader) : AxisOp(reader, reduces: true)
{
    private readonly ReduceFunction _function = reader.Choice<ReduceFunction>("fn");

    protected override void Run(Span<float> vector, Span<float> result)
    {
        var kernels = KernelSets.Active;
        result[0] = _function switch
        {
            ReduceFunction.Sum => kernels.Sum(vector),
            ReduceFunction.Mean => kernels.Sum(vector) / Count,
            ReduceFunction.Max => kernels.Max(vector),
            ReduceFunction.Min => kernels.Min(vector),
            ReduceFunction.Prod => Product(vector),
            ReduceFunction.SumSquare => kernels.SumOfSquares(vector),
            ReduceFunction.L1 => SumOf(UnaryFunction.Abs, vector),
            ReduceFunction.L2 => MathF.Sqrt(kernels.SumOfSquares(vector)),
            ReduceFunction.LogSum => Log(kernels.Sum(vector)),
            _ => LogSumExp(vector),
        };
    }

    private static float Product(ReadOnlySpan<float> vector)
    {
        var product = 1f;
        foreach (var x in vector)
            product *= x;
        return product;
    }

    private static float SumOf(UnaryFunction function, Span<float> vector)
    {
        KernelSets.Active.Unary(function, vector, vector);
        return KernelSets.Active.Sum(vector);
    }

    private static float Log(float x)
    {
        Span<float> log = [x];
        KernelSets.Active.Unary(UnaryFunction.Log, log, log);
        return log[0];
    }

    private static float LogSumExp(Span<float> vector)
    {
        var largest = KernelSets.Active.Max(vector);
        if (!float.IsFinite(largest))
            return largest;
        KernelSets.Active.Binary(BinaryFunction.Sub, vector, [largest], vector);
        return largest + Log(SumOf(UnaryFunction.Exp, vector));
    }
}
