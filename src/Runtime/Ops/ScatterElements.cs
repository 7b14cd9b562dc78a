using System.Numerics;

namespace EdgeSeq.Runtime.Ops;

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
        _reduction = reader.AnyCaseChoice<ScatterReduction>("reduction", ScatterReduction.None);
        _data = reader.In<T>(0, _index.DataLength);
        _indices = reader.In<long>(1, _index.Count);
        _updates = reader.In<T>(2, _index.Count);
        _y = reader.Out<T>(0, _index.DataLength);
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
