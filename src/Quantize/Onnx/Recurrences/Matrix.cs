namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Weights [rows, columns] that a row vector is multiplied with, row after row.</summary>
internal sealed record Matrix(float[] Values, int Rows, int Columns)
{
    public float this[int row, int column] => Values[row * Columns + column];

    /// <summary>A constant of two dimensions; null for any other.</summary>
    public static Matrix? Of(OnnxTensor? tensor, bool transposed = false)
    {
        if (tensor is not { Rank: 2, StoredScales: null } || !tensor.ElementType.IsFloat())
            return null;

        var matrix = new Matrix(tensor.ToFloats(), (int)tensor.Dims[0], (int)tensor.Dims[1]);
        return transposed ? Made((row, column) => matrix[column, row], matrix.Columns, matrix.Rows) : matrix;
    }

    public static Matrix Identity(int size) => Made((row, column) => row == column ? 1 : 0, size, size);

    public Matrix ColumnsOf(int first, int count) => Made((row, column) => this[row, first + column], Rows, count);

    public Matrix RowsOf(int first, int count) => Made((row, column) => this[first + row, column], count, Columns);

    public Matrix Plus(Matrix other) => Made((row, column) => this[row, column] + other[row, column], Rows, Columns);

    public Matrix Negated() => this with { Values = Array.ConvertAll(Values, x => -x) };

    private static Matrix Made(Func<int, int, float> value, int rows, int columns)
    {
        var values = new float[rows * columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(i / columns, i % columns);

        return new Matrix(values, rows, columns);
    }
}
