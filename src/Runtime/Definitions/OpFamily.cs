namespace EdgeSeq.Runtime.Definitions;

/// <summary>The families of step ops: folders in Ops, headings in docs/file-format.md.</summary>
public enum OpFamily
{
    Matrix,
    Recurrent,
    Convolution,
    Attention,
    Normalization,
    Stream,
    Elementwise,
    Movement,
    Reduction,
}
