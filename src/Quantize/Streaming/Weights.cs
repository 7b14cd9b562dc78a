using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>A constant's elements in the order in which a step op takes them, each with the scale of its integer where the model stores
/// integers.</summary>
internal sealed record Weights(float[] Values, float[]? Scales)
{
    public static Weights Of(OnnxTensor tensor) => new(tensor.ToFloats(), tensor.StoredScales?.ToFloats());

    /// <summary>The same elements in another order, or some of them.</summary>
    public Weights Moved(Func<float[], float[]> move) => new(move(Values), Scales is null ? null : move(Scales));

    /// <summary>Elements by their places; where there is none, a zero.</summary>
    public Weights Gathered(IReadOnlyList<WeightSource> sources) => new(
        [.. sources.Select(source => source.IsThere ? Values[source.At] : 0)],
        Scales is null ? null : [.. sources.Select(source => Scales[source.At])]);

    public Weights Times(float factor) => factor == 1 ? this : Moved(values => [.. values.Select(value => value * factor)]);

    /// <summary>[rows, columns] to [columns, rows].</summary>
    public Weights Transposed(int rows, int columns) => Moved(matrix =>
    {
        var result = new float[matrix.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var k = 0; k < columns; k++)
                result[k * rows + r] = matrix[r * columns + k];
        }

        return result;
    });

    /// <summary>The constant that a step op takes.</summary>
    /// <param name="shape">Its shape; any of as many elements as the layout has.</param>
    public StepValue Constant(StepGraph graph, string name, int[] shape, MatrixLayout layout)
    {
        var rowScales = RowScales(layout.Columns);
        var regrouped = Scales is not null && rowScales is null;
        return graph.Constant(name, Values, shape, layout, rowScales, regrouped
            ? "quantised anew: the model's integers do not have one scale a row" : null);
    }

    /// <summary>The scale of each row; null where a row has several.</summary>
    private float[]? RowScales(int columns)
    {
        if (Scales is null)
            return null;

        var rows = Enumerable.Range(0, Scales.Length / columns).Select(row => Scales.AsSpan(row * columns, columns).ToArray()).ToArray();
        return rows.All(row => row.All(scale => scale == row[0])) ? [.. rows.Select(row => Math.Abs(row[0]))] : null;
    }
}
