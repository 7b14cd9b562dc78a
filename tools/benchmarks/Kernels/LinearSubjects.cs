using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Benchmarks.Kernels;

/// <summary>Layers that multiply a matrix with one or several vectors, in int8 and float32. The floor of one is reading the weights, that
/// of several the multiplications.</summary>
internal static class LinearSubjects
{
    public static Row S8(int rows, int columns, int vectors, IEnumerable<KernelSet> sets)
    {
        var weights = new AlignedBlock(PackedLayout.LengthS8(rows, columns));
        var random = new Random(1);
        foreach (ref var weight in weights.Span<sbyte>())
            weight = (sbyte)random.Next(-127, 128);
        var scale = AlignedBlock.Of(Enumerable.Repeat(0.01f, PackedLayout.PadRows(rows)).ToArray());
        var x = AlignedBlock.Of(Data.Floats(vectors * columns));
        var y = AlignedBlock.Of(new float[vectors * rows]);
        var scratch = new AlignedBlock(KernelScratch.LinearS8(columns, vectors));
        return new Row(Name("int8", rows, columns, vectors), weights, [.. sets.Select(set => new Subject(set.Name, () => set.LinearS8(
            new MatrixS8(weights.Span<sbyte>(), scale.Span<float>(), default, rows, columns), x.Span<float>(), 0f, y.Span<float>(), vectors,
            scratch.Span<byte>())))])
        {
            Floor = vectors == 1 ? null : MultiplierFloor.S8((long)rows * columns * vectors),
        }.Owns(weights).Owns(scale).Owns(x).Owns(y).Owns(scratch);
    }

    public static Row F32(int rows, int columns, int vectors, IEnumerable<KernelSet> sets)
    {
        var weights = new AlignedBlock(PackedLayout.LengthF32(rows, columns) * sizeof(float));
        Data.Floats(PackedLayout.LengthF32(rows, columns)).CopyTo(weights.Span<float>());
        var x = AlignedBlock.Of(Data.Floats(vectors * columns));
        var y = AlignedBlock.Of(new float[vectors * rows]);
        return new Row(Name("float32", rows, columns, vectors), weights, [.. sets.Select(set => new Subject(set.Name,
            () => set.LinearF32(new MatrixF32(weights.Span<float>(), default, rows, columns), x.Span<float>(), y.Span<float>(),
                vectors)))])
        {
            Floor = vectors == 1 ? null : MultiplierFloor.F32((long)rows * columns * vectors),
        }.Owns(weights).Owns(x).Owns(y);
    }

    private static string Name(string type, int rows, int columns, int vectors) =>
        $"Linear {type} {rows} × {columns}{(vectors == 1 ? "" : $", {vectors} vectors")}";
}
