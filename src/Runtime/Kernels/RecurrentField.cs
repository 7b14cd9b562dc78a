namespace EdgeSeq.Runtime.Kernels;

/// <summary>The fields of <see cref="RecurrentStep"/> in their order, for code that reads them by their place.</summary>
internal enum RecurrentField
{
    W,
    R,
    X,
    XEnd,
    H,
    HEnd,
    WScale,
    RScale,
    WBias,
    RBias,
    XStart,
    HStart,
    XScale,
    HScale,
    State,
    CellNext,
    HiddenNext,
    Turns,
    Half,
    Whole,
    Others,
}
