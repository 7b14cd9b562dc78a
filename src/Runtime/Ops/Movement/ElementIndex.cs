using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>Where GatherElements and ScatterElements go in the data for each element of the indices.</summary>
internal sealed class ElementIndex
{
    private readonly int[] _shape;
    private readonly int[] _strides;
    private readonly int[] _indexShape;
    private readonly int _axis;

    /// <summary>Reads shape (of the data), indexShape and axis.</summary>
    public ElementIndex(OpReader reader)
    {
        _shape = reader.Ints("shape");
        _indexShape = reader.Ints("indexShape", _shape.Length);
        _axis = reader.Int("axis", most: _shape.Length - 1);
        _strides = Strides.Contiguous(_shape);
        for (var axis = 0; axis < _shape.Length; axis++)
        {
            if (axis != _axis && _indexShape[axis] > _shape[axis])
                throw reader.Error($"indexShape is larger than shape at axis {axis}");
        }

        DataLength = reader.Product(_shape);
        Count = reader.Product(_indexShape);
    }

    public int DataLength { get; }

    /// <summary>Elements of the indices.</summary>
    public int Count { get; }

    /// <summary>The data's element that the indices' element <paramref name="element"/> with this content points at.</summary>
    public int Position(int element, long index)
    {
        var position = Indices.Wrapped(index, _shape[_axis]) * _strides[_axis];
        for (var axis = _indexShape.Length - 1; axis >= 0; axis--)
        {
            if (axis != _axis)
                position += element % _indexShape[axis] * _strides[axis];
            element /= _indexShape[axis];
        }

        return position;
    }
}
