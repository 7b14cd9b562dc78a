using System.Numerics;
using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>y is the data with the updates at [i, indices[i, j, …], …], the index standing at the axis.</summary>
internal sealed class ScatterElements<T> : StepOp
    where T : unmanaged, INumber<T>
{
    private readonly Source<T> _data;
    private readonly Source<long> _indices;
    private readonly Source<T> _updates;
    private readonly Target<T> _y;
    private readonly ElementIndex _index;
    private readonly ScatterReduction _reduction;

    public ScatterElements(OpReader reader)
    {
        _index = new ElementIndex(reader);
        _reduction = reader.Choice<ScatterReduction>("reduction");
        _data = reader.In<T>("data", _index.DataLength);
        _indices = reader.In<long>("indices", _index.Count);
        _updates = reader.In<T>("updates", _index.Count);
        _y = reader.Out<T>("y", _index.DataLength);
    }

    public override void Step(in Frame frame)
    {
        var indices = _indices.Span(frame);
        var updates = _updates.Span(frame);
        var y = _y.Span(frame);
        _data.Span(frame).CopyTo(y);
        for (var i = 0; i < indices.Length; i++)
        {
            ref var element = ref y[_index.Position(i, indices[i])];
            element = _reduction.Combine(element, updates[i]);
        }
    }
}
