using BenchmarkDotNet.Attributes;
using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Benchmarks.Kernels;

/// <summary>The parts of a transformer decode layer with four heads, by themselves: where the time of <see cref="AttentionSubjects"/>
/// goes.</summary>
[MemoryDiagnoser]
public class DecodeLayerBenchmarks
{
    private const int Heads = 4;

    private readonly KernelSet _set = KernelSets.Active;
    private readonly List<Row> _products = [];
    private AlignedBlock? _ring;
    private float[] _x = [];
    private float[] _y = [];
    private float[] _wide = [];
    private float[] _activated = [];
    private float[] _scale = [];
    private byte[] _scratch = [];

    [Params(64, 256)]
    public int Size { get; set; }

    private int FeedForward => Size == 64 ? 128 : 1024;

    private int Tokens => Size == 64 ? 128 : 256;

    private int HeadSize => Size / Heads;

    private AttentionRingS8 Ring => new(_ring!.Span<sbyte>(), _ring.Span<sbyte>()[(Heads * PackedLayout.LengthS8(Tokens, HeadSize))..],
        _scale, _scale, Heads, HeadSize, HeadSize, Tokens);

    [GlobalSetup]
    public void Setup()
    {
        _x = Data.Floats(Size);
        _y = new float[Size];
        _wide = Data.Floats(FeedForward);
        _activated = new float[FeedForward];
        _scale = new float[Heads * Tokens];
        _scale.AsSpan().Fill(0.01f);
        _ring = RandomBlock(Heads * (PackedLayout.LengthS8(Tokens, HeadSize) + PackedLayout.LengthS8(HeadSize, Tokens)));
        _scratch = new byte[KernelScratch.AttentionS8(Heads, HeadSize, Tokens)];
        foreach (var (rows, columns) in ((int, int)[])[(3 * Size, Size), (Size, Size), (FeedForward, Size), (Size, FeedForward)])
            _products.Add(LinearSubjects.S8(rows, columns, 1, [_set]));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _products.ForEach(row => row.Dispose());
        _ring?.Dispose();
    }

    [Benchmark]
    public void FourProjections() => _products.ForEach(row => row.Subjects[0].Step());

    [Benchmark]
    public void Append() => _set.AppendS8(Ring, Tokens / 2, _x, _x, _scratch);

    [Benchmark]
    public void Attention() =>
        _set.AttentionS8(Ring, Tokens, Tokens / 2, new AttentionRule { Scale = 0.25f }, _x, _y, _scratch);

    [Benchmark]
    public void LayerNorm() => _set.LayerNorm(_x, default, default, 1e-5f, _y);

    [Benchmark]
    public void Gelu() => _set.Unary(UnaryFunction.Gelu, _wide, _activated);

    [Benchmark]
    public void Residual() => _set.Binary(BinaryFunction.Add, _x, _y, _y);

    private static AlignedBlock RandomBlock(int length)
    {
        var block = new AlignedBlock(length);
        new Random(1).NextBytes(block.Span<byte>());
        return block;
    }
}
