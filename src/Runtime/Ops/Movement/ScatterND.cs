using System.Numerics;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>y is the data with slices of updates at tuples of indices.</summary>
internal sealed class ScatterND<T> : StepOp
    where T : unmanaged, INumber<T>
{
    private readonly Source<T> _data;
    private readonly Source<long> _indices;
    private readonly Source<T> _updates;
    private readonly Target<T> _y;
    private readonly SliceIndex _index;
    private readonly ScatterReduction _reduction;

    public ScatterND(OpReader reader)
    {
        _index = new SliceIndex(reader);
        _reduction = reader.Choice<ScatterReduction>("reduction");
        _data = reader.In<T>("data", _index.DataLength);
        _indices = reader.In<long>("indices", reader.Product(_index.Tuples, _index.TupleLength));
        _updates = reader.In<T>("updates", reader.Product(_index.Tuples, _index.SliceLength));
        _y = reader.Out<T>("y", _index.DataLength);
    }

    public override void Step(in Frame frame)
    {
        var indices = _indices.Span(frame);
        var updates = _updates.Span(frame);
        var y = _y.Span(frame);
        _data.Span(frame).CopyTo(y);
        for (var tuple = 0; tuple < _index.Tuples; tuple++)
        {
            var slice = y.Slice(_index.Position(tuple, indices), _index.SliceLength);
            for (var i = 0; i < slice.Length; i++)
                slice[i] = _reduction.Combine(slice[i], updates[(tuple * slice.Length) + i]);
        }
    }
}
