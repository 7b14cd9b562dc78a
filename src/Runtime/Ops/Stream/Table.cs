using EdgeSeq.Runtime.Definitions;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Stream;

/// <summary>Row j + start of a table, such as a position embedding.</summary>
internal sealed class Table : StepOp
{
    private readonly Source<float> _table;
    private readonly Target<float> _y;
    private readonly int _size;
    private readonly int _rows;
    private readonly int _start;
    private readonly bool _wrap;

    public Table(OpReader reader)
    {
        _size = reader.Int("size");
        _rows = reader.Int("rows");
        _start = reader.Int("start");
        _wrap = reader.Choice<Beyond>("beyond") == Beyond.Wrap;
        _table = reader.In<float>("table", reader.Product(_size, _rows));
        _y = reader.Out<float>("y", _size);
    }

    public override void Step(in Frame frame)
    {
        var row = frame.Tick + _start;
        row = _wrap ? row % _rows : Math.Min(row, _rows - 1);
        _table.Span(frame).Slice((int)row * _size, _size).CopyTo(_y.Span(frame));
    }
}
