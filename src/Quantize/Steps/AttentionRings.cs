using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.Steps;

/// <summary>Elements of an attention op's rings, which lie in the kernels' packed layout.</summary>
internal static class AttentionRings
{
    public static int KeyFloats(int kvHeads, int window, int keySize) => kvHeads * PackedLayout.LengthF32(window, keySize);

    public static int ValueFloats(int kvHeads, int window, int valueSize) => kvHeads * PackedLayout.LengthF32(valueSize, window);

    public static int KeyBytes(int kvHeads, int window, int keySize) => kvHeads * PackedLayout.LengthS8(window, keySize);

    public static int ValueBytes(int kvHeads, int window, int valueSize) => kvHeads * PackedLayout.LengthS8(valueSize, window);
}
