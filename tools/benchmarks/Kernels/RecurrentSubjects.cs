using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Benchmarks.Kernels;

/// <summary>Whole LSTM and GRU steps in int8: quantising x and h, both products, gates.</summary>
internal sealed class RecurrentSubjects : IDisposable
{
    private readonly int _gates;
    private readonly int _input;
    private readonly int _rows;
    private readonly int _hidden;
    private readonly AlignedBlock _weights;

    // On 64-byte boundaries like all values of a program and its sessions.
    private readonly AlignedBlock _scale;
    private readonly AlignedBlock _bias;
    private readonly AlignedBlock _x;
    private readonly AlignedBlock _h;
    private readonly AlignedBlock _c;
    private readonly AlignedBlock _scratch;

    private RecurrentSubjects(int input, int hidden, int gates)
    {
        _gates = gates;
        _input = input;
        _hidden = hidden;
        _rows = PackedLayout.GatedRows(hidden, gates);
        _weights = new AlignedBlock(PackedLayout.LengthS8(_rows, input) + PackedLayout.LengthS8(_rows, hidden));
        var random = new Random(1);
        foreach (ref var weight in _weights.Span<sbyte>())
            weight = (sbyte)random.Next(-127, 128);
        _scale = AlignedBlock.Of(Enumerable.Repeat(0.001f, _rows).ToArray());
        _bias = AlignedBlock.Of(Data.Floats(_rows));
        _x = AlignedBlock.Of(Data.Floats(input));
        _h = AlignedBlock.Of(Data.Floats(hidden));
        _c = AlignedBlock.Of(Data.Floats(hidden));
        _scratch = new AlignedBlock(KernelScratch.RecurrentS8(input, hidden));
    }

    private MatrixS8 W =>
        new(_weights.Span<sbyte>()[..PackedLayout.LengthS8(_rows, _input)], _scale.Span<float>(), _bias.Span<float>(), _rows, _input);

    /// <summary>An LSTM's biases all lie beside W.</summary>
    private MatrixS8 R =>
        new(_weights.Span<sbyte>()[PackedLayout.LengthS8(_rows, _input)..], _scale.Span<float>(),
            _gates == 4 ? default : _bias.Span<float>(), _rows, _hidden);

    public static Row Lstm(int input, int hidden, IEnumerable<KernelSet> sets)
    {
        var layer = new RecurrentSubjects(input, hidden, 4);
        return new Row($"LSTM int8 {input} → {hidden}", layer._weights,
            [.. sets.Select(set => new Subject(set.Name, () => layer.LstmStep(set)))])
            .Owns(layer);
    }

    public static Row Gru(int input, int hidden, IEnumerable<KernelSet> sets)
    {
        var layer = new RecurrentSubjects(input, hidden, 3);
        return new Row($"GRU int8 {input} → {hidden}", layer._weights,
            [.. sets.Select(set => new Subject(set.Name, () => layer.GruStep(set)))])
            .Owns(layer);
    }

    public void Dispose()
    {
        foreach (var block in (AlignedBlock[])[_weights, _scale, _bias, _x, _h, _c, _scratch])
            block.Dispose();
    }

    private void LstmStep(KernelSet set)
    {
        var h = _h.Span<float>();
        var c = _c.Span<float>();
        set.LstmStepS8(W, R, _x.Span<float>(), 0f, h, 0f, c, h, c, _scratch.Span<byte>());
    }

    private void GruStep(KernelSet set)
    {
        var h = _h.Span<float>();
        set.GruStepS8(W, R, _x.Span<float>(), 0f, h, 0f, h, linearBeforeReset: true, _scratch.Span<byte>());
    }
}
