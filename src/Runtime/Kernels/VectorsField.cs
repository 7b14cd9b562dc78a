namespace EdgeSeq.Runtime.Kernels;

/// <summary>The fields of <see cref="FourVectors"/> in their order, for code that reads them by their place.</summary>
internal enum VectorsField
{
    First,
    Second,
    Third,
    Fourth,
    Runs,
    RunsEnd,
    Headers,
    LastCodes,
    Stride,
    Run,
    Turns,
    LastMask,
    Excess,
    SumStart,
    Constants,
}
