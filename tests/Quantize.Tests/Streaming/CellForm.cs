namespace EdgeSeq.Quantize.Tests.Streaming;

public enum CellForm
{
    Simple,
    Lstm,
    GruResetAfter,
    GruResetBefore,
    GruDifference,
    Own,
}
