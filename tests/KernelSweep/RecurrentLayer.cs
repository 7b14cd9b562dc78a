using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.KernelSweep;

/// <summary>Operands of a recurrent layer in guarded memory, int8 and float32, with its state.</summary>
internal sealed unsafe class RecurrentLayer : IDisposable
{
    private readonly GuardedMemory _memory = new();
    private readonly int _gates;
    private readonly Block<sbyte> _wS8;
    private readonly Block<sbyte> _rS8;
    private readonly Block<float> _wF32;
    private readonly Block<float> _rF32;
    private readonly Block<float> _wScale;
    private readonly Block<float> _rScale;
    private readonly Block<float> _bias;
    private readonly Block<float> _x;
    private readonly Block<float> _h;
    private readonly Block<float> _c;
    private readonly Block<byte> _scratchS8;
    private readonly Block<byte> _scratchF32;
    private readonly float[] _h0;
    private readonly float[] _c0;

    public RecurrentLayer(KernelData data, int input, int hidden, int gates, bool withBias, bool extreme = false)
    {
        _gates = gates;
        var rows = PackedLayout.GatedRows(hidden, gates);
        var wS8 = new sbyte[PackedLayout.LengthS8(rows, input)];
        PackedLayout.PackGatedS8(data.Bytes(gates * hidden * input, -128), hidden, gates, input, wS8);
        var rS8 = new sbyte[PackedLayout.LengthS8(rows, hidden)];
        PackedLayout.PackGatedS8(data.Bytes(gates * hidden * hidden, -128), hidden, gates, hidden, rS8);
        var wF32 = new float[PackedLayout.LengthF32(rows, input)];
        PackedLayout.PackGatedF32(data.Floats(gates * hidden * input), hidden, gates, input, wF32);
        var rF32 = new float[PackedLayout.LengthF32(rows, hidden)];
        PackedLayout.PackGatedF32(data.Floats(gates * hidden * hidden), hidden, gates, hidden, rF32);
        var bias = new float[rows];
        PackedLayout.PackGatedVector(data.Floats(gates * hidden), hidden, gates, bias);
        _wS8 = Take<sbyte>(wS8);
        _rS8 = Take<sbyte>(rS8);
        _wF32 = Take<float>(wF32);
        _rF32 = Take<float>(rF32);
        _wScale = Take<float>(data.Positive(rows, 0.01f));
        _rScale = Take<float>(data.Positive(rows, 0.01f));
        _bias = withBias ? Take<float>(bias) : default;
        _x = Take<float>(extreme ? data.FloatsWithExtremes(input) : data.Floats(input));
        _h0 = data.Floats(hidden, 1f);
        _c0 = extreme ? data.FloatsWithExtremes(hidden) : data.Floats(hidden);
        _h = Take<float>(_h0);
        _c = Take<float>(_c0);
        _scratchS8 = Take<byte>(new byte[KernelScratch.RecurrentS8(input, hidden)]);
        _scratchF32 = Take<byte>(new byte[KernelScratch.RecurrentF32(hidden)]);
        Rows = rows;
    }

    public int Rows { get; }

    public Span<float> X => _x.Span;

    public float[] H => _h.Span.ToArray();

    public float[] C => _c.Span.ToArray();

    private MatrixS8 W8 => new(_wS8.Span, _wScale.Span, _bias.Span, Rows, _x.Length);

    private MatrixS8 R8 => new(_rS8.Span, _rScale.Span, _gates == 3 ? _bias.Span : default, Rows, _h.Length);

    private MatrixF32 W32 => new(_wF32.Span, _bias.Span, Rows, _x.Length);

    private MatrixF32 R32 => new(_rF32.Span, _gates == 3 ? _bias.Span : default, Rows, _h.Length);

    /// <summary>The kinds of step of a layer with so many gates.</summary>
    public static Action<RecurrentLayer, KernelSet>[] Steps(int gates) => gates switch
    {
        4 => [(layer, set) => layer.LstmS8(set, 0f), (layer, set) => layer.LstmS8(set, 0.01f), (layer, set) => layer.LstmF32(set)],
        3 => [(layer, set) => layer.GruS8(set, true), (layer, set) => layer.GruS8(set, false), (layer, set) => layer.GruF32(set, true),
            (layer, set) => layer.GruF32(set, false)],
        _ => [(layer, set) => layer.RnnS8(set), (layer, set) => layer.RnnF32(set)],
    };

    public void Reset()
    {
        _h0.CopyTo(_h.Span);
        _c0.CopyTo(_c.Span);
    }

    public void LstmS8(KernelSet set, float scale) =>
        set.LstmStepS8(W8, R8, _x.Span, scale, _h.Span, scale, _c.Span, _h.Span, _c.Span, _scratchS8.Span);

    public void LstmF32(KernelSet set) => set.LstmStepF32(W32, R32, _x.Span, _h.Span, _c.Span, _h.Span, _c.Span, _scratchF32.Span);

    public void GruS8(KernelSet set, bool linearBeforeReset) =>
        set.GruStepS8(W8, R8, _x.Span, 0f, _h.Span, 0f, _h.Span, linearBeforeReset, _scratchS8.Span);

    public void GruF32(KernelSet set, bool linearBeforeReset) =>
        set.GruStepF32(W32, R32, _x.Span, _h.Span, _h.Span, linearBeforeReset, _scratchF32.Span);

    public void RnnS8(KernelSet set) => set.RnnStepS8(W8, R8, _x.Span, 0f, _h.Span, 0f, _h.Span, _scratchS8.Span);

    public void RnnF32(KernelSet set) => set.RnnStepF32(W32, R32, _x.Span, _h.Span, _h.Span, _scratchF32.Span);

    /// <summary>The int8 step as its products and then its gates.</summary>
    public void PartsS8(KernelSet set)
    {
        var (wx, rh) = (new float[Rows], new float[Rows]);
        var scratch = new byte[KernelScratch.LinearS8(Math.Max(_x.Length, _h.Length))];
        set.LinearS8(W8, _x.Span, 0f, wx, 1, scratch);
        set.LinearS8(R8, _h.Span, 0f, rh, 1, scratch);
        Gates(set, int8: true, wx, rh);
    }

    /// <summary>The float32 step as its products and then its gates.</summary>
    public void PartsF32(KernelSet set)
    {
        var (wx, rh) = (new float[Rows], new float[Rows]);
        set.LinearF32(W32, _x.Span, wx, 1);
        set.LinearF32(R32, _h.Span, rh, 1);
        Gates(set, int8: false, wx, rh);
    }

    public void Dispose() => _memory.Dispose();

    private void Gates(KernelSet set, bool int8, float[] wx, float[] rh)
    {
        if (_gates == 4)
            set.LstmGates(int8, wx, rh, _c.Span, _h.Span, _c.Span);
        else if (_gates == 3)
            set.GruGates(int8, wx, rh, _h.Span, _h.Span);
        else
            set.RnnGates(int8, wx, rh, _h.Span);
    }

    private Block<T> Take<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var span = _memory.Copy(values);
        fixed (T* start = span)
            return new Block<T>(start, span.Length);
    }

    /// <summary>A span that a class can hold.</summary>
    private readonly struct Block<T>(T* start, int length)
        where T : unmanaged
    {
        public int Length => length;

        public Span<T> Span => new(start, length);
    }
}
