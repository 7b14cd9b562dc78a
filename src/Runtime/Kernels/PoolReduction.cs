namespace EdgeSeq.Runtime.Kernels;

/// <summary>What <see cref="KernelSet.Pool"/> makes of elements.</summary>
internal enum PoolReduction
{
    /// <summary>The largest, as <see cref="BinaryFunction.Max"/> has it.</summary>
    Max,
    Sum,
    SumOfMagnitudes,
    SumOfSquares,
}
