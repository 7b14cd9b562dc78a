using System.Runtime.InteropServices;

namespace EdgeSeq.Runtime.Kernels;

/// <summary>One query head's way through attention. An instruction set's own code reads the fields in the order of
/// <see cref="AttentionField"/>; so all of them have 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = sizeof(long))]
internal unsafe struct AttentionHead
{
    /// <summary>Of them, which begin and end with a line of memory.</summary>
    public const int Bytes = (int)AttentionField.Sums * sizeof(long) + 2 * PackedLayout.LineBytes;

    public sbyte* Keys;

    /// <summary>The query's codes.</summary>
    public sbyte* Query;

    public sbyte* QueryEnd;

    /// <summary>Where the sums start.</summary>
    public long Start;

    public float* KeyScale;

    /// <summary>Score = scale × key's scale × sum: the bits of a float32 number.</summary>
    public long Scale;

    /// <summary>Then weights, then those rounded.</summary>
    public float* Scores;

    public float* ValueScale;

    /// <summary>The largest score: the bits of a float32 number.</summary>
    public long Highest;

    public sbyte* Values;

    /// <summary>Bytes from one tile of values to the next.</summary>
    public long ValueStride;

    /// <summary>What weights are multiplied with before they are rounded: the bits of a float32 number.</summary>
    public long Inverse;

    /// <summary>What weighted values are multiplied with: the bits of a float32 number.</summary>
    public long Factor;

    public float* Y;

    /// <summary>Blocks of keys, or tiles of tokens.</summary>
    public long Turns;

    /// <summary>Of values.</summary>
    public long Tiles;

    /// <summary>Partial sums of the exponentials.</summary>
    public fixed float Sums[PackedLayout.TileRows];

    /// <summary>The largest scores, then weights, lane by lane.</summary>
    public fixed float Largest[PackedLayout.TileRows];
}
