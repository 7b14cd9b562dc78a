using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Matrix;

/// <summary>y [vectors, rows] = activation(W·x + bias) for x [vectors, columns].</summary>
internal sealed class Linear : StepOp
{
    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly PackedLinear _linear;
    private readonly GroupProduct? _groupProduct;
    private readonly int _vectors;

    public Linear(OpReader reader)
    {
        var rows = reader.Int("rows");
        var columns = reader.Int("columns");
        _vectors = reader.Int("vectors");
        _x = reader.In<float>("x", reader.Product(_vectors, columns));
        _linear = new PackedLinear(reader, rows, columns, _vectors);
        _y = reader.Out<float>("y", reader.Product(_vectors, rows));
        _groupProduct = _linear.ForGroups(reader, _vectors);
    }

    public override bool SharesParts => _groupProduct is not null;

    public override void Step(in Frame frame) => _linear.Apply(frame, 0, _x.Span(frame), _y.Span(frame), _vectors);

    public override void StepMany(in GroupFrame group)
    {
        if (_groupProduct is null)
        {
            base.StepMany(group);
            return;
        }

        for (var i = 0; i < group.Members.Length; i++)
            _x.Span(group.Members[i]).CopyTo(_groupProduct.X(group, i));
        _groupProduct.Multiply(group);
        for (var i = 0; i < group.Members.Length; i++)
            _groupProduct.Y(group, i).CopyTo(_y.Span(group.Members[i]));
    }

    public override void BeginParts(in GroupFrame parts) => StepMany(parts);

    public override void StepPart(in GroupFrame parts, int part)
    {
    }
}
