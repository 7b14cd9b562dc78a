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
    private readonly float[] _ringScale;
    private readonly float[] _x;
    private readonly float[] _normal;
    private readonly float[] _qkv;
    private readonly float[] _mixed;
    private readonly float[] _wide;
    private readonly byte[] _scratch;
    private int _slot;

    private AttentionSubjects(int size, int heads, int feedForward, int window)
    {
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
        _ringScale = new float[heads * window];
        _ringScale.AsSpan().Fill(0.01f);
        _x = Data.Floats(size);
        _normal = new float[size];
        _qkv = new float[3 * size];
        _mixed = new float[size];
        _wide = new float[feedForward];
        _scratch = new byte[KernelScratch.AttentionS8(heads, size / heads, window) + KernelScratch.LinearS8(Math.Max(3 * size, feedForward))];
    }

    private int HeadSize => _size / _heads;

    private int KeysLength => PackedLayout.LengthS8(_window, HeadSize);

    private int ValuesLength => PackedLayout.LengthS8(HeadSize, _window);

    public static Row DecodeLayer(int size, int heads, int feedForward, int window, IEnumerable<KernelSet> sets)
    {
        var layer = new AttentionSubjects(size, heads, feedForward, window);
        return new Row($"attention layer int8 d{size}, {heads} heads, ffn {feedForward}, T{window}", layer._memory,
            [.. sets.Select(set => new Subject(set.Name, () => layer.Step(set)))]).Owns(layer);
    }

    public void Dispose() => _memory.Dispose();

    private void Step(KernelSet set)
    {
        set.LayerNorm(_x, default, default, 1e-5f, _normal);
        Apply(set, _input, _normal, _qkv);
        var rule = new AttentionRule { Scale = 1f / MathF.Sqrt(HeadSize) };
        var ring = Ring();
        set.AppendS8(ring, _slot, _qkv.AsSpan(_size, _size), _qkv.AsSpan(2 * _size, _size), _scratch);
        set.AttentionS8(ring, _window, _slot, rule, _qkv.AsSpan(0, _size), _mixed, _scratch);
        _slot = (_slot + 1) % _window;
        Apply(set, _output, _mixed, _normal);
        set.Binary(BinaryFunction.Add, _x, _normal, _mixed);
        set.LayerNorm(_mixed, default, default, 1e-5f, _normal);
        Apply(set, _up, _normal, _wide);
        set.Unary(UnaryFunction.Gelu, _wide, _wide);
        Apply(set, _down, _wide, _normal);
        set.Binary(BinaryFunction.Add, _mixed, _normal, _mixed);
    }

    private AttentionRingS8 Ring()
    {
        var memory = _memory.Span<sbyte>()[_ringStart..];
        return new AttentionRingS8(memory, memory[(_heads * KeysLength)..], _ringScale, _ringScale, _heads, HeadSize, HeadSize, _window);
    }

    private void Apply(KernelSet set, Layer layer, float[] x, float[] y) =>
        set.LinearS8(layer.Matrix(_memory.Span<sbyte>()), x, 0f, y, 1, _scratch);

    /// <summary>A projection's place in memory.</summary>
    private sealed record Layer(int Start, int Rows, int Columns)
    {
        private readonly float[] _scale = [.. Enumerable.Repeat(0.001f, PackedLayout.PadRows(Rows))];

        public int End => Start + PackedLayout.LengthS8(Rows, Columns);

        public MatrixS8 Matrix(ReadOnlySpan<sbyte> memory) => new(memory[Start..], _scale, default, Rows, Columns);
    }
}
