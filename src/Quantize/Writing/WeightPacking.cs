using System.Runtime.InteropServices;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Quantize.Writing;

/// <summary>A constant's bytes as the file holds them: weights and the vectors beside them in the kernels' layout, anything else as it
/// is.</summary>
internal static class WeightPacking
{
    /// <returns>The packed elements, as an array of the constant's own element type.</returns>
    public static Array Pack(StepValue constant) => (constant.Layout?.Packed, constant.Data) switch
    {
        (null, Array plain) => plain,
        ({ IsVector: true } layout, float[] vector) => PackVector(layout, vector),
        ({ } layout, float[] matrix) => PackGroups(layout, matrix, PackedLayout.LengthF32(PackedRows(layout), layout.Columns), PackMatrix),
        ({ } layout, sbyte[] matrix) => PackGroups(layout, matrix, PackedLayout.LengthS8(PackedRows(layout), layout.Columns), PackMatrix),
        _ => throw new InvalidOperationException($"{constant} has no packed form."),
    };

    /// <summary>Elements of a constant's bytes, little-endian.</summary>
    public static ReadOnlySpan<byte> Bytes(Array data) => data switch
    {
        float[] values => MemoryMarshal.AsBytes<float>(values),
        long[] values => MemoryMarshal.AsBytes<long>(values),
        int[] values => MemoryMarshal.AsBytes<int>(values),
        sbyte[] values => MemoryMarshal.AsBytes<sbyte>(values),
        bool[] values => MemoryMarshal.AsBytes<bool>(values),
        byte[] values => values,
        _ => throw new InvalidOperationException($"No bytes for {data.GetType().Name}."),
    };

    private static int PackedRows(MatrixLayout layout) =>
        layout.Gates > 1 ? PackedLayout.GatedRows(layout.Rows / layout.Gates, layout.Gates) : PackedLayout.PadRows(layout.Rows);

    private static T[] PackGroups<T>(MatrixLayout layout, T[] source, int packedLength, Action<MatrixLayout, T[], T[], int, int> pack)
    {
        var packed = new T[checked(layout.Groups * packedLength)];
        for (var group = 0; group < layout.Groups; group++)
            pack(layout, source, packed, group * layout.Rows * layout.Columns, group * packedLength);

        return packed;
    }

    private static void PackMatrix(MatrixLayout layout, float[] source, float[] packed, int from, int to)
    {
        if (layout.Gates > 1)
            PackedLayout.PackGatedF32(source.AsSpan(from), layout.Rows / layout.Gates, layout.Gates, layout.Columns, packed.AsSpan(to));
        else
            PackedLayout.PackF32(source.AsSpan(from), layout.Rows, layout.Columns, packed.AsSpan(to));
    }

    private static void PackMatrix(MatrixLayout layout, sbyte[] source, sbyte[] packed, int from, int to)
    {
        if (layout.Gates > 1)
            PackedLayout.PackGatedS8(source.AsSpan(from), layout.Rows / layout.Gates, layout.Gates, layout.Columns, packed.AsSpan(to));
        else
            PackedLayout.PackS8(source.AsSpan(from), layout.Rows, layout.Columns, packed.AsSpan(to));
    }

    private static float[] PackVector(MatrixLayout layout, float[] source)
    {
        var rows = PackedRows(layout);
        var packed = new float[layout.Groups * rows];
        for (var group = 0; group < layout.Groups; group++)
        {
            var part = source.AsSpan(group * layout.Rows, layout.Rows);
            if (layout.Gates > 1)
                PackedLayout.PackGatedVector(part, layout.Rows / layout.Gates, layout.Gates, packed.AsSpan(group * rows));
            else
                part.CopyTo(packed.AsSpan(group * rows));
        }

        return packed;
    }
}
