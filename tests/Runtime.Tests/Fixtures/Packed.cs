using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Row-major matrices as packed constants of a program.</summary>
internal static class Packed
{
    /// <param name="program">Where the constants go.</param>
    /// <param name="weights">[groups, rows, columns].</param>
    /// <param name="rows">Rows of one group.</param>
    /// <param name="columns">Columns of one group.</param>
    /// <param name="groups">Number of matrices.</param>
    public static int F32(ProgramBuilder program, float[] weights, int rows, int columns, int groups = 1)
    {
        var length = PackedLayout.LengthF32(rows, columns);
        var packed = new float[groups * length];
        for (var g = 0; g < groups; g++)
            PackedLayout.PackF32(weights.AsSpan(g * rows * columns, rows * columns), rows, columns, packed.AsSpan(g * length, length));
        return program.Constant(packed);
    }

    public static int S8(ProgramBuilder program, sbyte[] weights, int rows, int columns)
    {
        var packed = new sbyte[PackedLayout.LengthS8(rows, columns)];
        PackedLayout.PackS8(weights, rows, columns, packed);
        return program.Constant(packed);
    }

    /// <summary>How many matrices hold the weights of a convolution, and the rows of each.</summary>
    public static (int Groups, int Rows) Convolution(int groups, int channels, int outChannels, int kernel) =>
        PackedLayout.IsDepthwise(groups, channels, outChannels, kernel) ? (1, outChannels) : (groups, outChannels / groups);

    /// <summary>A vector beside packed weights [groups, rows].</summary>
    public static int Rows(ProgramBuilder program, float[] values, int groups = 1)
    {
        var rows = values.Length / groups;
        var padded = new float[groups * PackedLayout.PadRows(rows)];
        for (var g = 0; g < groups; g++)
            values.AsSpan(g * rows, rows).CopyTo(padded.AsSpan(g * PackedLayout.PadRows(rows)));
        return program.Constant(padded);
    }

    public static int GatedF32(ProgramBuilder program, float[] weights, int hidden, int gates, int columns)
    {
        var packed = new float[PackedLayout.LengthF32(PackedLayout.GatedRows(hidden, gates), columns)];
        PackedLayout.PackGatedF32(weights, hidden, gates, columns, packed);
        return program.Constant(packed);
    }

    public static int GatedS8(ProgramBuilder program, sbyte[] weights, int hidden, int gates, int columns)
    {
        var packed = new sbyte[PackedLayout.LengthS8(PackedLayout.GatedRows(hidden, gates), columns)];
        PackedLayout.PackGatedS8(weights, hidden, gates, columns, packed);
        return program.Constant(packed);
    }

    public static int GatedRows(ProgramBuilder program, float[] values, int hidden, int gates)
    {
        var packed = new float[PackedLayout.GatedRows(hidden, gates)];
        PackedLayout.PackGatedVector(values, hidden, gates, packed);
        return program.Constant(packed);
    }
}
