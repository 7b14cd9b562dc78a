namespace EdgeSeq.Runtime.Definitions;

/// <summary>ONNX's reductions, without their common "Reduce".</summary>
internal enum ReduceFunction
{
    Sum,
    Mean,
    Max,
    Min,
    Prod,
    SumSquare,
    L1,
    L2,
    LogSum,
    LogSumExp,
}
