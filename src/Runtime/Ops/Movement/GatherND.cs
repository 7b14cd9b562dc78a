using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>Slices of the data at tuples of indices, one after another.</summary>
internal sealed class GatherND<T> : StepOp
    where T : unmanaged
{
    private readonly Source<T> _data;
    private readonly Source<long> _indices;
    private readonly Target<T> _y;
    private readonly SliceIndex _index;

    public GatherND(OpReader reader)
    {
        _index = new SliceIndex(reader);
        _data = reader.In<T>("data", _index.DataLength);
        _indices = reader.In<long>("indices", reader.Product(_index.Tuples, _index.TupleLength));
        _y = reader.Out<T>("y", reader.Product(_index.Tuples, _index.SliceLength));
    }

    public override void Step(in Frame frame)
    {
        var data = _data.Span(frame);
        var indices = _indices.Span(frame);
        var y = _y.Span(frame);
        for (var tuple = 0; tuple < _index.Tuples; tuple++)
            data.Slice(_index.Position(tuple, indices), _index.SliceLength).CopyTo(y[(tuple * _index.SliceLength)..]);
    }
}
