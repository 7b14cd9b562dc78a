using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Benchmarks.Kernels;

/// <summary>One decode step of a transformer layer in int8 with a full ring: projections, attention of every head, feed-forward,
/// two normalisations and two residual sums.</summary>
internal sealed class AttentionSubjects : IDisposable
{
    private readonly int _size;
    private readonly int _heads;
    private readonly int _window;
    private readonly AlignedBlock _memory;
    private readonly Layer _input;
    private readonly Layer _output;
    private readonly Layer _up;
    private readonly Layer _down;
    private readonly int _ringStart;

    // On 64-byte boundaries like all values of a program and its sessions.
    private readonly AlignedBlock _ringScale;
    private readonly AlignedBlock _x;
    private readonly AlignedBlock _normal;
    private readonly AlignedBlock _qkv;
    private readonly AlignedBlock _mixed;
    private readonly AlignedBlock _wide;
    private readonly AlignedBlock _scratch;
    private int _slot;

    private AttentionSubjects(DecodeShape shape)
    {
        var (size, heads, feedForward, window) = shape;
        (_size, _heads, _window) = (size, heads, window);
        _input = new Layer(0, 3 * size, size);
        _output = new Layer(_input.End, size, size);
        _up = new Layer(_output.End, feedForward, size);
        _down = new Layer(_up.End, size, feedForward);
        _ringStart = _down.End;
        _memory = new AlignedBlock(_ringStart + heads * (KeysLength + ValuesLength));
        var random = new Random(1);
        foreach (ref var weight in _memory.Span<sbyte>())
            weight = (sbyte)random.Next(-127, 128);
        _ringScale = AlignedBlock.Of(Enumerable.Repeat(0.01f, heads * window).ToArray());
        _x = AlignedBlock.Of(Data.Floats(size));
        _normal = AlignedBlock.Of(new float[size]);
        _qkv = AlignedBlock.Of(new float[3 * size]);
        _mixed = AlignedBlock.Of(new float[size]);
        _wide = AlignedBlock.Of(new float[feedForward]);
        _scratch = new AlignedBlock(KernelScratch.AttentionS8(heads, size / heads, window)
            + KernelScratch.LinearS8(Math.Max(3 * size, feedForward)));
    }

    private int HeadSize => _size / _heads;

    private int KeysLength => PackedLayout.LengthS8(_window, HeadSize);

    private int ValuesLength => PackedLayout.LengthS8(HeadSize, _window);

    public static Row DecodeLayer(DecodeShape shape, IEnumerable<KernelSet> sets)
    {
        var layer = new AttentionSubjects(shape);
        return new Row($"attention layer int8 d{shape.Size}, {shape.Heads} heads, ffn {shape.FeedForward}, T{shape.Window}", layer._memory,
            [.. sets.Select(set => new Subject(set.Name, () => layer.Step(set)))]).Owns(layer);
    }

    public void Dispose()
    {
        foreach (var block in (AlignedBlock[])[_memory, _ringScale, _x, _normal, _qkv, _mixed, _wide, _scratch])
            block.Dispose();
    }

    private void Step(KernelSet set)
    {
        var x = _x.Span<float>();
        var normal = _normal.Span<float>();
        var qkv = _qkv.Span<float>();
        var mixed = _mixed.Span<float>();
        var wide = _wide.Span<float>();
        var scratch = _scratch.Span<byte>();
        set.LayerNorm(x, default, default, 1e-5f, normal);
        Apply(set, _input, normal, qkv);
        var rule = new AttentionRule { Scale = 1f / MathF.Sqrt(HeadSize) };
        var ring = Ring();
        set.AppendS8(ring, _slot, qkv.Slice(_size, _size), qkv.Slice(2 * _size, _size), scratch);
        set.AttentionS8(ring, _window, _slot, rule, qkv[.._size], mixed, scratch);
        _slot = (_slot + 1) % _window;
        Apply(set, _output, mixed, normal);
        set.Binary(BinaryFunction.Add, x, normal, mixed);
        set.LayerNorm(mixed, default, default, 1e-5f, normal);
        Apply(set, _up, normal, wide);
        set.Unary(UnaryFunction.Gelu, wide, wide);
        Apply(set, _down, wide, normal);
        set.Binary(BinaryFunction.Add, mixed, normal, mixed);
    }

    private AttentionRingS8 Ring()
    {
        var memory = _memory.Span<sbyte>()[_ringStart..];
        return new AttentionRingS8(memory, memory[(_heads * KeysLength)..], _ringScale.Span<float>(), _ringScale.Span<float>(), _heads,
            HeadSize, HeadSize, _window);
    }

    private void Apply(KernelSet set, Layer layer, ReadOnlySpan<float> x, Span<float> y)
    {
        // Made in its place: a copy would wait for its parts.
        var matrix = new MatrixS8(_memory.Span<sbyte>()[layer.Start..], layer.Scale, default, layer.Rows, layer.Columns);
        set.LinearS8(matrix, x, 0f, y, 1, _scratch.Span<byte>());
    }

    /// <summary>A projection's place in memory.</summary>
    private sealed record Layer(int Start, int Rows, int Columns)
    {
        public float[] Scale { get; } = [.. Enumerable.Repeat(0.001f, PackedLayout.PadRows(Rows))];

        public int End => Start + PackedLayout.LengthS8(Rows, Columns);
    }
}
