using System.Runtime.CompilerServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>Bytes of scratch memory that kernels need from their caller. The content need not survive from call to call.</summary>
internal static class KernelScratch
{
    /// <summary>Hidden units whose gates' sums lie in memory together: enough to make calls rare, few enough to stay in the nearest
    /// cache; their tiles fill whole blocks of <see cref="PackedLayout.BlockTiles"/>.</summary>
    internal const int RecurrentChunk = 128;

    /// <summary>The sums of both products for the gates of a chunk, at most four; they lie first, aligned like the scratch
    /// itself.</summary>
    internal const int RecurrentSums = 2 * 4 * RecurrentChunk * sizeof(int);

    /// <summary>Query heads that go through attention together, so that one's waiting hides behind another's work. More than four
    /// gain nothing with long windows and would only take memory.</summary>
    internal const int AttentionHeads = 4;

    internal const int VectorHeaderBytes = 16;

    /// <summary>For <see cref="KernelSet.LinearS8"/>: the quantised vectors in the form that the instruction set wants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LinearS8(int columns, int vectors = 1) => checked(vectors * VectorS8(columns));

    /// <summary>For <see cref="KernelSet.MultiplyWideS8"/>: two quantised vectors for each.</summary>
    public static int WideS8(int columns, int vectors = 1) => LinearS8(columns, checked(2 * vectors));

    /// <summary>For the int8 LSTM, GRU and RNN steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int RecurrentS8(int input, int hidden) =>
    checked(RecurrentSums + VectorS8(input) + VectorS8(hidden) + ResetBeforeBytes(hidden));

    /// <summary>For the float32 LSTM, GRU and RNN steps.</summary>
    public static int RecurrentF32(int hidden) => checked(RecurrentSums + hidden * sizeof(float) + ResetBeforeBytes(hidden));

    /// <summary>For <see cref="KernelSet.AttentionS8"/> with up to <paramref name="window"/> tokens.</summary>
    public static int AttentionS8(int queryHeads, int keySize, int window) =>
        checked(Math.Min(queryHeads, AttentionHeads) * (VectorS8(keySize) + AttentionScoreBytes(window)));

    /// <summary>For <see cref="KernelSet.AttentionF32"/> with up to <paramref name="window"/> tokens.</summary>
    public static int AttentionF32(int window) => AttentionScoreBytes(window);

    /// <summary>One head's scores, padded to whole tiles.</summary>
    internal static int AttentionScoreBytes(int window) => checked(PackedLayout.PadRows(window) * sizeof(float));

    /// <summary>A quantised vector: a header (correction, scale, its inverse, offset), the values, and as many bytes for their
    /// signs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int VectorS8(int columns) => checked(2 * PackedLayout.PadColumnsS8(columns) + VectorHeaderBytes);

    /// <summary>A GRU that resets before the product needs four vectors more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ResetBeforeBytes(int hidden) => checked(4 * hidden * sizeof(float));
}
