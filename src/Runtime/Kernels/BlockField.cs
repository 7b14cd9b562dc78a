namespace EdgeSeq.Runtime.Kernels;

/// <summary>The fields of <see cref="VectorBlock"/> in their order, for code that reads them by their place.</summary>
internal enum BlockField
{
    W,
    X,
    XStride,
    Length,
    Scale,
    Bias,
    Shift,
    Y,
    YStride,
    Turns,
    Start,
    XScale,
    XOffset,
    BiasStep,
    ShiftFromScale,
}
