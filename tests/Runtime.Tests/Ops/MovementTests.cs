using EdgeSeq.Runtime.Tests.Fixtures;
using static EdgeSeq.Runtime.Tests.Fixtures.ProgramBuilder;

namespace EdgeSeq.Runtime.Tests.Ops;

public class MovementTests
{
    [Fact]
    public void Copy_transposes()
    {
        using var op = new OpRunner();
        op.Op(
            "Copy",
            [op.Input(1f, 2, 3, 4, 5, 6)],
            [op.Output<float>(6)],
            ("shape", List(3, 2)),
            ("srcStrides", List(1, 3)),
            ("dstStrides", List(2, 1)));

        Assert.Equal([1, 4, 2, 5, 3, 6], op.Step());
    }

    [Fact]
    public void Copy_reverses_with_a_negative_stride()
    {
        using var op = new OpRunner();
        op.Op("Copy", [op.Input(1L, 2, 3)], [op.Output<long>(3)], ("shape", List(3)), ("srcOffset", 2), ("srcStrides", List(-1)),
            ("dstStrides", List(1)));

        Assert.Equal([3, 2, 1], op.StepI64());
    }

    [Fact]
    public void Copy_writes_a_part_and_leaves_the_rest()
    {
        using var op = new OpRunner();
        var y = op.Output<float>(4);
        op.Op("Fill", [], [y], ("value", 9f));
        op.Op("Copy", [op.Input(1f, 2)], [y], ("shape", List(2)), ("srcStrides", List(1)), ("dstOffset", 1), ("dstStrides", List(1)));

        Assert.Equal([9, 1, 2, 9], op.Step());
    }

    [Fact]
    public void Copy_repeats_with_a_zero_stride()
    {
        using var op = new OpRunner();
        op.Op("Copy", [op.Input(5f)], [op.Output<float>(3)], ("shape", List(3)), ("srcStrides", List(0)), ("dstStrides", List(1)));

        Assert.Equal([5, 5, 5], op.Step());
    }

    [Fact]
    public void Copy_equals_a_plain_walk_for_random_shapes_and_orders_of_axes()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            int[] shape = [.. Enumerable.Range(0, 4).Select(_ => random.Next(1, 4))];
            var order = Enumerable.Range(0, 4).ToArray();
            random.Shuffle(order);
            var strides = new int[4];
            var stride = 1;
            foreach (var axis in order)
            {
                strides[axis] = stride;
                stride *= shape[axis];
            }

            var x = Values.Random(stride, round);
            using var op = new OpRunner();
            op.Op(
                "Copy",
                [op.Input(x)],
                [op.Output<float>(stride)],
                ("shape", List(shape)),
                ("srcStrides", List(strides)),
                ("dstStrides", List([shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1])));

            var expected =
                from i in Enumerable.Range(0, shape[0])
                from j in Enumerable.Range(0, shape[1])
                from k in Enumerable.Range(0, shape[2])
                from l in Enumerable.Range(0, shape[3])
                select x[(i * strides[0]) + (j * strides[1]) + (k * strides[2]) + (l * strides[3])];
            Assert.Equal(expected, op.Step());
        }
    }

    [Fact]
    public void Gather_takes_rows_and_counts_negative_indices_from_the_end()
    {
        using var op = new OpRunner();
        var data = op.Program.Constant<float>([1, 2, 3, 4, 5, 6], 3, 2);
        op.Op("Gather", [data, op.Input(2L, -3)], [op.Output<float>(4)], ("rows", 3), ("inner", 2));

        Assert.Equal([5, 6, 1, 2], op.Step());
    }

    [Fact]
    public void Gather_works_along_an_inner_axis()
    {
        using var op = new OpRunner();
        op.Op("Gather", [op.Input(1f, 2, 3, 4, 5, 6), op.Program.Constant([1L])], [op.Output<float>(2)], ("outer", 2), ("rows", 3),
            ("inner", 1));

        Assert.Equal([2, 5], op.Step());
    }

    [Fact]
    public void Gather_scales_int8_rows()
    {
        using var op = new OpRunner();
        var data = op.Program.Constant<sbyte>([1, -2, 100, 127], 2, 2);
        var scale = op.Program.Constant<float>([0.5f, 0.25f]);
        op.Op("Gather", [data, op.Input(1L, 0), scale], [op.Output<float>(4)], ("rows", 2), ("inner", 2));

        Assert.Equal([25, 31.75f, 0.5f, -1], op.Step());
    }

    [Fact]
    public void Gather_stays_inside_its_data_whatever_computed_indices_say()
    {
        using var op = new OpRunner();
        var indices = op.Program.Constant([long.MinValue, -4, 3, long.MaxValue]);
        op.Op("Gather", [op.Input(1f, 2, 3), indices], [op.Output<float>(4)], ("rows", 3), ("inner", 1));

        Assert.Equal([1, 1, 3, 3], op.Step());
    }

    [Fact]
    public void GatherElements_follows_its_axis()
    {
        using var op = new OpRunner();
        op.Op(
            "GatherElements",
            [op.Input(1f, 2, 3, 4), op.Program.Constant([0L, 0, 1, -2], 2, 2)],
            [op.Output<float>(4)],
            ("shape", List(2, 2)),
            ("indexShape", List(2, 2)),
            ("axis", 1));

        Assert.Equal([1, 1, 4, 3], op.Step());
    }

    [Fact]
    public void GatherND_takes_slices_at_tuples()
    {
        using var op = new OpRunner();
        op.Op(
            "GatherND",
            [op.Input(0f, 1, 2, 3, 4, 5, 6, 7), op.Program.Constant([0L, 1, 1, 0], 2, 2)],
            [op.Output<float>(4)],
            ("shape", List(2, 2, 2)),
            ("indexShape", List(2, 2)));

        Assert.Equal([2, 3, 4, 5], op.Step());
    }

    [Fact]
    public void GatherND_keeps_batches_apart()
    {
        using var op = new OpRunner();
        op.Op(
            "GatherND",
            [op.Input(0f, 1, 2, 3, 4, 5, 6, 7), op.Program.Constant([1L, 0], 2, 1)],
            [op.Output<float>(4)],
            ("shape", List(2, 2, 2)),
            ("indexShape", List(2, 1)),
            ("batchDims", 1));

        Assert.Equal([2, 3, 4, 5], op.Step());
    }

    [Theory]
    [InlineData("none", new float[] { 10, 2, 30 })]
    [InlineData("add", new float[] { 11, 2, 33 })]
    [InlineData("mul", new float[] { 10, 2, 90 })]
    [InlineData("max", new float[] { 10, 2, 30 })]
    [InlineData("min", new float[] { 1, 2, 3 })]
    public void ScatterElements_combines_updates(string reduction, float[] expected)
    {
        using var op = new OpRunner();
        op.Op(
            "ScatterElements",
            [op.Input(1f, 2, 3), op.Program.Constant([0L, -1]), op.Input(10f, 30)],
            [op.Output<float>(3)],
            ("shape", List(3)),
            ("indexShape", List(2)),
            ("axis", 0),
            ("reduction", reduction));

        Assert.Equal(expected, op.Step());
    }

    [Fact]
    public void ScatterND_writes_slices()
    {
        using var op = new OpRunner();
        op.Op(
            "ScatterND",
            [op.Input(1f, 2, 3, 4), op.Program.Constant([1L], 1, 1), op.Input(8f, 9)],
            [op.Output<float>(4)],
            ("shape", List(2, 2)),
            ("indexShape", List(1, 1)));

        Assert.Equal([1, 2, 8, 9], op.Step());
    }

    [Fact]
    public void OneHot_marks_the_index_between_outer_and_inner_axes()
    {
        using var op = new OpRunner();
        op.Op(
            "OneHot",
            [op.Input(1L, -1), op.Program.Constant<float>([-1, 5])],
            [op.Output<float>(6)],
            ("outer", 1),
            ("depth", 3),
            ("inner", 2));

        Assert.Equal([-1, -1, 5, -1, -1, 5], op.Step());
    }

    [Fact]
    public void OneHot_gives_the_off_value_for_an_index_outside()
    {
        using var op = new OpRunner();
        op.Op("OneHot", [op.Input(3L), op.Program.Constant([0L, 1])], [op.Output<long>(3)], ("depth", 3));

        Assert.Equal([0, 0, 0], op.StepI64());
    }

    [Theory]
    [InlineData(1, new float[] { 7, 5 }, new long[] { 1, 3 })]
    [InlineData(0, new float[] { -2, 1 }, new long[] { 4, 0 })]
    public void TopK_ranks_and_breaks_ties_by_the_lower_index(int largest, float[] values, long[] indices)
    {
        using var op = new OpRunner();
        var x = op.Input(1f, 7, 1, 5, -2);
        var y = op.Output<float>(2);
        var at = op.Output<long>(2);
        op.Op("TopK", [x], [y, at], ("count", 5), ("k", 2), ("largest", largest));

        Assert.Equal(values, op.Step());
        Assert.Equal(indices, op.I64(1));
    }
}
