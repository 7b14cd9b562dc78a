using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>Where GatherND and ScatterND go in the data for each tuple of indices.</summary>
internal sealed class SliceIndex
{
    private readonly int[] _shape;
    private readonly int[] _strides;
    private readonly int _batchDims;
    private readonly int _tuplesPerBatch;
    private readonly int _batchLength;

    /// <summary>Reads shape (of the data), indexShape (its last dimension is the tuples' length) and batchDims.</summary>
    public SliceIndex(OpReader reader)
    {
        _shape = reader.Ints("shape");
        var indexShape = reader.Ints("indexShape");
        _batchDims = reader.Int("batchDims", most: Math.Max(0, Math.Min(_shape.Length, indexShape.Length) - 1));
        if (indexShape.Length == 0 || indexShape[^1] > _shape.Length - _batchDims)
            throw reader.Error("indexShape must end with 1 to rank(shape) - batchDims indices");
        if (!indexShape.AsSpan(0, _batchDims).SequenceEqual(_shape.AsSpan(0, _batchDims)))
            throw reader.Error("shape and indexShape differ in the batch dimensions");
        TupleLength = indexShape[^1];
        _strides = Strides.Contiguous(_shape);
        DataLength = reader.Product(_shape);
        Tuples = reader.Product(indexShape) / TupleLength;
        _tuplesPerBatch = reader.Product(indexShape.AsSpan(_batchDims)) / TupleLength;
        _batchLength = reader.Product(_shape.AsSpan(_batchDims));
        SliceLength = reader.Product(_shape.AsSpan(_batchDims + TupleLength));
    }

    public int DataLength { get; }

    public int Tuples { get; }

    public int TupleLength { get; }

    /// <summary>Elements that one tuple points at.</summary>
    public int SliceLength { get; }

    /// <summary>Start of the slice that a tuple points at.</summary>
    public int Position(int tuple, ReadOnlySpan<long> indices)
    {
        var position = tuple / _tuplesPerBatch * _batchLength;
        for (var i = 0; i < TupleLength; i++)
        {
            var axis = _batchDims + i;
            position += Indices.Wrapped(indices[(tuple * TupleLength) + i], _shape[axis]) * _strides[axis];
        }

        return position;
    }
}
