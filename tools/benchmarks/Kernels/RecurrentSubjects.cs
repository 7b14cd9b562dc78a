using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Benchmarks.Kernels;

/// <summary>Whole LSTM and GRU steps in int8: quantising x and h, both products, gates.</summary>
internal sealed class RecurrentSubjects : IDisposable
{
    private readonly int _input;
    private readonly int _rows;
    private readonly AlignedBlock _weights;
    private readonly float[] _scale;
    private readonly float[] _bias;
    private readonly float[] _x;
    private readonly float[] _h;
    private readonly float[] _c;
    private readonly byte[] _scratch;

    private RecurrentSubjects(int input, int hidden, int gates)
    {
        _input = input;
        _rows = PackedLayout.GatedRows(hidden, gates);
        _weights = new AlignedBlock(PackedLayout.LengthS8(_rows, input) + PackedLayout.LengthS8(_rows, hidden));
        var random = new Random(1);
        foreach (ref var weight in _weights.Span<sbyte>())
            weight = (sbyte)random.Next(-127, 128);
        _scale = new float[_rows];
        _scale.AsSpan().Fill(0.001f);
        _bias = Data.Floats(_rows);
        _x = Data.Floats(input);
        _h = Data.Floats(hidden);
        _c = Data.Floats(hidden);
        _scratch = new byte[KernelScratch.RecurrentS8(input, hidden)];
    }

    private MatrixS8 W => new(_weights.Span<sbyte>(), _scale, _bias, _rows, _input);

    private MatrixS8 R => new(_weights.Span<sbyte>()[PackedLayout.LengthS8(_rows, _input)..], _scale, _bias, _rows, _h.Length);

    public static Row Lstm(int input, int hidden, IEnumerable<KernelSet> sets)
    {
        var layer = new RecurrentSubjects(input, hidden, 4);
        return new Row($"LSTM int8 {input} → {hidden}", layer._weights, [.. sets.Select(set => new Subject(set.Name, () => layer.LstmStep(set)))])
            .Owns(layer);
    }

    public static Row Gru(int input, int hidden, IEnumerable<KernelSet> sets)
    {
        var layer = new RecurrentSubjects(input, hidden, 3);
        return new Row($"GRU int8 {input} → {hidden}", layer._weights, [.. sets.Select(set => new Subject(set.Name, () => layer.GruStep(set)))])
            .Owns(layer);
    }

    public void Dispose() => _weights.Dispose();

    private void LstmStep(KernelSet set) => set.LstmStepS8(W, R, _x, 0f, _h, 0f, _c, _h, _c, _scratch);

    private void GruStep(KernelSet set) => set.GruStepS8(W, R, _x, 0f, _h, 0f, _h, linearBeforeReset: true, _scratch);
}
