namespace EdgeSeq.Quantize.Tests.Streaming;

public enum MaskForm
{
    None,
    Arithmetic,
    Where,
}
