using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Movement;

/// <summary>The last two axes of a copy where elements that are neighbours on one side are apart on the other: rows that become
/// columns.</summary>
internal sealed class TurnedAxes(int rows, int columns, int rowStride, int stride)
{
    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>Elements from row to row of the source.</summary>
    public int RowStride { get; } = rowStride;

    /// <summary>Elements from row to row of the target.</summary>
    public int Stride { get; } = stride;

    /// <summary>Of an op Copy that turns the whole of x [rows, columns] and writes the whole of y; null where it does anything
    /// else.</summary>
    public static TurnedAxes? Whole(OpReader reader)
    {
        var shape = reader.Ints("shape");
        var plan = new StridePlan(shape, reader.Ints("srcStrides", shape.Length), reader.Ints("dstStrides", shape.Length));
        var length = reader.Product(shape);
        return plan.Last == 1 && reader.Int("srcOffset") == 0 && reader.Int("dstOffset") == 0 && reader.InLength("x") == length
            && reader.OutLength("y") == length && Find(plan) is { } turned && turned.RowStride == turned.Columns
            && turned.Stride == turned.Rows ? turned : null;
    }

    /// <summary>Null where the last two axes are not turned.</summary>
    /// <param name="plan">Strides of the source, then of the target.</param>
    public static TurnedAxes? Find(StridePlan plan)
    {
        if (plan.Last == 0)
            return null;
        var (outer, inner) = (plan.Last - 1, plan.Last);
        return Of(outer, inner) ?? Of(inner, outer);

        TurnedAxes? Of(int rows, int columns)
        {
            var turned = new TurnedAxes(plan.Shape[rows], plan.Shape[columns], plan.Strides[0][rows], plan.Strides[1][columns]);
            return plan.Strides[0][columns] == 1 && plan.Strides[1][rows] == 1 && turned.RowStride >= turned.Columns
                && turned.Stride >= turned.Rows ? turned : null;
        }
    }
}
