using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>The state of a ring of columns, before a run's own are put behind them.</summary>
/// <param name="Clock">When the graph runs.</param>
/// <param name="IsDue">It is the part that this run's columns continue.</param>
internal sealed record RingWire(string Name, ColumnRing Ring, Clock Clock, bool IsDue) : Wire
{
    public override bool IsAskedFirst => true;

    public override string Description(int inputRate) => "columns of windows before";

    /// <summary>New columns put behind the due ones give the last ones. What else is done tells how the state goes on, which the ring
    /// does by itself.</summary>
    public override Wire?[] Continue(NodeContext c) => c.Node.OpType switch
    {
        "Slice" => [this with { IsDue = c.Constant(1)!.ToInts()[0] == 0 }],
        "Concat" when IsDue && c.Input(1) is LatestWire columns => [Last(c, columns.Value)],
        _ => [this],
    };

    private LatestWire Last(NodeContext c, StepValue columns)
    {
        int outer = Shapes.Product(columns.Shape, 0, Ring.Axis), inner = Shapes.Product(columns.Shape, Ring.Axis + 1, columns.Shape.Length);
        var ring = c.Graph.State(Name, ElementType.F32, [Ring.Turns * Ring.Length, outer * inner]);
        var last = c.Graph.Arena(c.Node.Outputs[0], ElementType.F32, Shapes.With(columns.Shape, Ring.Axis, Ring.Length));
        c.Graph.Add("Columns", c.Node.Name, Clock, [columns, ring], [last], ("outer", outer), ("length", Ring.Length), ("inner", inner),
            ("elements", Ring.New), ("turns", Ring.Turns));
        return new LatestWire(last, Clock);
    }
}
