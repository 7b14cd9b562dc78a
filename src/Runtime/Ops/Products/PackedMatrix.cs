using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Products;

/// <summary>A verified packed matrix operand with its row scales (int8) and biases; several of one size one after another where
/// there are groups.</summary>
internal sealed class PackedMatrix
{
    private readonly Source<sbyte> _weightsS8;
    private readonly Source<float> _weightsF32;
    private readonly Source<float> _scale;
    private readonly Source<float> _bias;
    private readonly Source<float> _shift;
    private readonly float[] _zeros = [];
    private readonly int _length;
    private readonly int _paddedRows;

    /// <param name="reader">The op's reader.</param>
    /// <param name="matrix">Which of the op's matrices.</param>
    /// <param name="rows">Rows of one matrix.</param>
    /// <param name="columns">Columns without padding.</param>
    /// <param name="groups">Number of matrices.</param>
    /// <param name="hasBias">False for a matrix whose biases another one adds. One with gates has them in any case, if need be of zeros:
    /// the fast ways of recurrent steps add them.</param>
    public PackedMatrix(OpReader reader, MatrixDefinition matrix, int rows, int columns, int groups = 1, bool hasBias = true)
    {
        Rows = rows;
        Columns = columns;
        IsInt8 = reader.InType(matrix.Weights) == ElementType.I8;
        _length = IsInt8 ? PackedLayout.LengthS8(rows, columns) : PackedLayout.LengthF32(rows, columns);
        _paddedRows = PackedLayout.PadRows(rows);
        var scales = reader.Product(groups, _paddedRows);
        if (IsInt8)
        {
            _weightsS8 = reader.In<sbyte>(matrix.Weights, reader.Product(groups, _length));
            _scale = reader.In<float>(reader.ScaleOf(matrix), scales);
        }
        else
        {
            _weightsF32 = reader.In<float>(matrix.Weights, reader.Product(groups, _length));
            if (reader.HasIn(reader.ScaleOf(matrix)))
                throw reader.Error("float weights have no scales");
        }

        if (matrix.Shift is { } shift && reader.HasIn(shift))
            _shift = IsInt8 ? reader.In<float>(shift, scales) : throw reader.Error("activations of float weights have no zero point");
        if (!hasBias)
            return;
        _bias = reader.OptionalIn<float>(matrix.Bias, scales);
        if (!_bias.Exists && IsInt8 && matrix.Gates > 1)
            _zeros = GC.AllocateArray<float>(_paddedRows, pinned: true);
    }

    public bool IsInt8 { get; }

    /// <summary>Whether what it multiplies is quantised with a zero point.</summary>
    public bool HasShift => _shift.Exists;

    /// <summary>The same matrix for every session.</summary>
    public bool IsConstant => _weightsS8.IsConstant && _weightsF32.IsConstant && _scale.IsConstant && _bias.IsConstant && _shift.IsConstant;

    /// <summary>Rows of one matrix.</summary>
    public int Rows { get; }

    public int Columns { get; }

    public MatrixS8 S8(scoped in Frame frame, int group = 0) => new(
        Part(_weightsS8.Span(frame), group, _length),
        Part(_scale.Span(frame), group, _paddedRows),
        _bias.Exists ? Part(_bias.Span(frame), group, _paddedRows) : _zeros,
        Rows,
        Columns,
        _shift.Exists ? Part(_shift.Span(frame), group, _paddedRows) : default);

    public MatrixF32 F32(scoped in Frame frame, int group = 0) => new(
        Part(_weightsF32.Span(frame), group, _length),
        Part(_bias.Span(frame), group, _paddedRows),
        Rows,
        Columns);

    private static ReadOnlySpan<T> Part<T>(ReadOnlySpan<T> all, int group, int length) =>
        all.IsEmpty ? all : all.Slice(group * length, length);
}
