using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>The last columns of what comes several at a time: x [outer, elements, inner] continues y [outer, length, inner].</summary>
internal sealed class Columns : StepOp
{
    private readonly Source<float> _x;
    private readonly TurnRing _ring;
    private readonly Target<float> _y;

    public Columns(OpReader reader)
    {
        int outer = reader.Int("outer"), length = reader.Int("length"), inner = reader.Int("inner");
        var elements = reader.Int("elements", length);
        _x = reader.In<float>("x", reader.Product(outer, elements, inner));
        _y = reader.Out<float>("y", reader.Product(outer, length, inner));
        if (reader.IsOutChannelsLast("y"))
            (outer, inner) = (1, outer * inner);
        _ring = new TurnRing(reader, "ring", outer, length, inner, elements, reader.Int("turns"));
    }

    public override void Step(in Frame frame) => _ring.Order(frame, _ring.Push(frame, _x.Span(frame)), _y.Span(frame));
}
