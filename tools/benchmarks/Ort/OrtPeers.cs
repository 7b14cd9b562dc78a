using EdgeSeq.Benchmarks.Paired;
using EdgeSeq.Quantize.Timing;

namespace EdgeSeq.Benchmarks.Ort;

/// <summary>ONNX Runtime beside the rows of <see cref="StepRows"/>.</summary>
internal sealed class OrtPeers : IPeers
{
    private const string Int8 = "ONNX Runtime int8";
    private const string Float32 = "ONNX Runtime float32";

    public Row Linear(Row row, int rows, int columns, int vectors, bool int8)
    {
        if (int8)
            row = row.With(Int8, new OrtStep(LinearGraph.Of(rows, columns, vectors, int8: true)));
        return row.With(Float32, new OrtStep(LinearGraph.Of(rows, columns, vectors, int8: false)));
    }

    public Row Lstm(Row row, int input, int hidden) => row.With(Int8, new OrtStep(RecurrentGraphs.QuantizedLstm(input, hidden)))
        .With(Float32, new OrtStep(RecurrentGraphs.Lstm(input, hidden)));

    public Row Gru(Row row, int input, int hidden) => row.With(Float32, new OrtStep(RecurrentGraphs.Gru(input, hidden)));

    public Row DecodeLayer(Row row, DecodeShape shape) => row.With(Int8, Decode(shape, int8: true))
        .With(Float32, Decode(shape, int8: false));

    private static OrtStep Decode(DecodeShape shape, bool int8) =>
        new(DecodeLayerGraph.Of(shape.Size, shape.Heads, shape.FeedForward, shape.Window, int8), DecodeLayerGraph.InPlace);
}
