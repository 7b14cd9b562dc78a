using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>A copy of neighbouring positions of all planes [channels, positions] into others with as many channels: a Slice or Concat
/// along time. Channels last, it is one stretch.</summary>
internal sealed class PlanePart(int channels, int positions)
{
    /// <summary>0: all of x becomes all of y, whatever their planes are.</summary>
    public int Channels { get; } = channels;

    public int Positions { get; } = positions;

    /// <summary>Null where an op Copy does anything else.</summary>
    public static PlanePart? Find(OpReader reader)
    {
        var shape = reader.Ints("shape");
        var plan = new StridePlan(shape, reader.Ints("srcStrides", shape.Length), reader.Ints("dstStrides", shape.Length));
        int first = plan.Shape[0], from = plan.Strides[0][0], to = plan.Strides[1][0];
        int x = reader.InLength("x"), y = reader.OutLength("y");
        if (plan.Last == 0 && from == 1 && to == 1)
            return first == x && first == y ? new PlanePart(0, first) : null;
        if (plan.Last > 1 || from <= 0 || to <= 0 || (long)first * from != x || (long)first * to != y)
            return null;

        var positions = plan.Last == 0 ? 1 : plan.Shape[1];
        var isStretch = plan.Last == 0 || (plan.Strides[0][1] == 1 && plan.Strides[1][1] == 1);
        return isStretch && reader.Int("srcOffset") + positions <= from && reader.Int("dstOffset") + positions <= to
            ? new PlanePart(first, positions) : null;
    }
}
