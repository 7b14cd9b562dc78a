using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Benchmarks.Kernels;

/// <summary>Matrix × vector layers in int8 and float32.</summary>
internal static class GemvSubjects
{
    public static Row S8(int rows, int columns, IEnumerable<KernelSet> sets)
    {
        var weights = new AlignedBlock(PackedLayout.LengthS8(rows, columns));
        var random = new Random(1);
        foreach (ref var weight in weights.Span<sbyte>())
            weight = (sbyte)random.Next(-127, 128);
        var scale = AlignedBlock.Of(Enumerable.Repeat(0.01f, PackedLayout.PadRows(rows)).ToArray());
        var x = AlignedBlock.Of(Data.Floats(columns));
        var y = AlignedBlock.Of(new float[rows]);
        var scratch = new AlignedBlock(KernelScratch.LinearS8(columns));
        return new Row($"Linear int8 {rows} × {columns}", weights, [.. sets.Select(set => new Subject(set.Name, () => set.LinearS8(
            new MatrixS8(weights.Span<sbyte>(), scale.Span<float>(), default, rows, columns), x.Span<float>(), 0f, y.Span<float>(), 1,
            scratch.Span<byte>())))])
            .Owns(weights).Owns(scale).Owns(x).Owns(y).Owns(scratch);
    }

    public static Row F32(int rows, int columns, IEnumerable<KernelSet> sets)
    {
        var weights = new AlignedBlock(PackedLayout.LengthF32(rows, columns) * sizeof(float));
        Data.Floats(PackedLayout.LengthF32(rows, columns)).CopyTo(weights.Span<float>());
        var x = AlignedBlock.Of(Data.Floats(columns));
        var y = AlignedBlock.Of(new float[rows]);
        return new Row($"Linear float32 {rows} × {columns}", weights, [.. sets.Select(set => new Subject(set.Name,
            () => set.LinearF32(new MatrixF32(weights.Span<float>(), default, rows, columns), x.Span<float>(), y.Span<float>(), 1)))])
            .Owns(weights).Owns(x).Owns(y);
    }
}
