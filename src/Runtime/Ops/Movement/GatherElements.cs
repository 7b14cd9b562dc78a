using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>y[i, j, …] = data[i, indices[i, j, …], …], the index standing at the axis; y has the indices' shape.</summary>
internal sealed class GatherElements<T> : StepOp
    where T : unmanaged
{
    private readonly Source<T> _data;
    private readonly Source<long> _indices;
    private readonly Target<T> _y;
    private readonly ElementIndex _index;

    public GatherElements(OpReader reader)
    {
        _index = new ElementIndex(reader);
        _data = reader.In<T>("data", _index.DataLength);
        _indices = reader.In<long>("indices", _index.Count);
        _y = reader.Out<T>("y", _index.Count);
    }

    public override void Step(in Frame frame)
    {
        var data = _data.Span(frame);
        var indices = _indices.Span(frame);
        var y = _y.Span(frame);
        for (var i = 0; i < indices.Length; i++)
            y[i] = data[_index.Position(i, indices[i])];
    }
}
