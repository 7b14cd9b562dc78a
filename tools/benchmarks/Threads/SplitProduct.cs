using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Benchmarks.Threads;

/// <summary>An int8 matrix × vector layer whose upper and lower half of rows can be computed by different threads.</summary>
internal sealed class SplitProduct : IDisposable
{
    private readonly KernelSet _kernels = KernelSets.Active;
    private readonly AlignedBlock _weights;
    private readonly float[] _scale;
    private readonly float[] _x;
    private readonly float[] _y;
    private readonly byte[][] _scratch;
    private readonly int _half;

    /// <param name="rows">A multiple of 32.</param>
    public SplitProduct(int rows, int columns)
    {
        _weights = new AlignedBlock(PackedLayout.LengthS8(rows, columns));
        var random = new Random(1);
        foreach (ref var weight in _weights.Span<sbyte>())
            weight = (sbyte)random.Next(-127, 128);
        _scale = new float[rows];
        _scale.AsSpan().Fill(0.01f);
        _x = Data.Floats(columns);
        _y = new float[rows];
        _scratch = [new byte[KernelScratch.LinearS8(columns)], new byte[KernelScratch.LinearS8(columns)]];
        _half = rows / 2;
    }

    public int Bytes => _weights.Length;

    public ReadOnlySpan<float> Result => _y;

    public void Whole() => Rows(0, _y.Length, 0);

    public void Upper() => Rows(0, _half, 0);

    public void Lower() => Rows(_half, _half, 1);

    public void Dispose() => _weights.Dispose();

    private void Rows(int from, int count, int scratch)
    {
        var weights = _weights.Span<sbyte>().Slice(PackedLayout.LengthS8(from, _x.Length), PackedLayout.LengthS8(count, _x.Length));
        _kernels.LinearS8(new MatrixS8(weights, _scale.AsSpan(from, count), default, count, _x.Length), _x, 0f, _y.AsSpan(from, count), 1,
            _scratch[scratch]);
    }
}
