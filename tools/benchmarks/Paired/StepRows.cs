using EdgeSeq.Benchmarks.Kernels;
using EdgeSeq.Runtime.Kernels;

namespace EdgeSeq.Benchmarks.Paired;

/// <summary>What <see cref="PairedCommand"/> measures.</summary>
internal static class StepRows
{
    private static readonly (int Rows, int Columns)[] Vectors = [(256, 73), (512, 192), (1024, 512), (2048, 1024), (4096, 2048)];

    private static readonly (int Rows, int Columns, int Vectors)[] Matrices =
    [
        (64, 64, 128), (256, 256, 4), (256, 256, 16), (256, 256, 64), (512, 192, 128), (1024, 512, 16), (1024, 512, 64),
    ];

    private static readonly (int Input, int Hidden)[] Recurrent = [(9, 64), (64, 128), (128, 128), (256, 256), (512, 512), (1024, 1024)];

    private static readonly DecodeShape[] Decode = [new(64, 4, 128, 128), new(256, 4, 1024, 256)];

    public static IEnumerable<(string Name, Func<Row> Make)> Of(KernelSet[] sets, IPeers? peers)
    {
        foreach (var (rows, columns) in Vectors)
        {
            yield return ($"linear-s8-{rows}x{columns}", () => Linear(LinearSubjects.S8(rows, columns, 1, sets), rows, columns, 1, true));
            yield return ($"linear-f32-{rows}x{columns}", () => LinearSubjects.F32(rows, columns, 1, sets));
        }

        foreach (var (rows, columns, vectors) in Matrices)
        {
            yield return ($"matrix-s8-{rows}x{columns}x{vectors}",
                () => Linear(LinearSubjects.S8(rows, columns, vectors, sets), rows, columns, vectors, true));
            yield return ($"matrix-f32-{rows}x{columns}x{vectors}",
                () => Linear(LinearSubjects.F32(rows, columns, vectors, sets), rows, columns, vectors, false));
        }

        foreach (var (input, hidden) in Recurrent)
        {
            yield return ($"lstm-{input}-{hidden}", () => Lstm(RecurrentSubjects.Lstm(input, hidden, sets), input, hidden));
            yield return ($"gru-{input}-{hidden}", () => Gru(RecurrentSubjects.Gru(input, hidden, sets), input, hidden));
        }

        foreach (var shape in Decode)
            yield return ($"attention-{shape.Size}", () => DecodeLayer(AttentionSubjects.DecodeLayer(shape, sets), shape));

        Row Linear(Row row, int rows, int columns, int vectors, bool int8) =>
            peers?.Linear(row, rows, columns, vectors, int8) ?? row;

        Row Lstm(Row row, int input, int hidden) => peers?.Lstm(row, input, hidden) ?? row;

        Row Gru(Row row, int input, int hidden) => peers?.Gru(row, input, hidden) ?? row;

        Row DecodeLayer(Row row, DecodeShape shape) => peers?.DecodeLayer(row, shape) ?? row;
    }
}
