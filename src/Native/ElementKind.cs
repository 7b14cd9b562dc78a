namespace EdgeSeq.Native;

/// <summary><c>EDGESEQ_F32</c> and <c>EDGESEQ_I64</c> of edgeseq.h.</summary>
internal enum ElementKind
{
    F32 = 0,
    I64 = 1,
}
