using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Tests.Fixtures;
using static EdgeSeq.Runtime.Tests.Fixtures.ProgramBuilder;

namespace EdgeSeq.Runtime.Tests.Ops;

public class MatrixTests
{
    [Fact]
    public void Linear_multiplies_each_vector_adds_the_bias_and_activates()
    {
        const int rows = 17;
        const int columns = 5;
        var w = Values.Random(rows * columns, 1);
        var bias = Values.Random(rows, 2);
        var x = Values.Random(2 * columns, 3);
        using var op = new OpRunner();
        op.Op(
            "Linear",
            [op.Input(x), Packed.F32(op.Program, w, rows, columns), -1, Packed.Rows(op.Program, bias)],
            [op.Output<float>(2 * rows)],
            ("rows", rows),
            ("columns", columns),
            ("vectors", 2),
            ("activation", "Relu"));

        Near.Equal(
            from v in Enumerable.Range(0, 2)
            from r in Enumerable.Range(0, rows)
            select Math.Max(0, Dot(w, r * columns, x, v * columns, columns) + bias[r]),
            op.Step());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.01f)]
    public void Linear_quantises_x_to_int8(float? xScale)
    {
        const int rows = 3;
        const int columns = 20;
        var w = Values.RandomS8(rows * columns);
        float[] scale = [0.01f, 0.02f, 0.5f];
        var x = Values.Random(columns, 3);
        using var op = new OpRunner();
        (string, System.Text.Json.Nodes.JsonNode)[] attributes = [("rows", rows), ("columns", columns)];
        if (xScale is not null)
            attributes = [.. attributes, ("xScale", xScale.Value)];
        op.Op("Linear", [op.Input(x), Packed.S8(op.Program, w, rows, columns), Packed.Rows(op.Program, scale)], [op.Output<float>(rows)],
            attributes);

        var step = xScale ?? x.Max(Math.Abs) / 127.0;
        var q = x.Select(v => Math.Clamp(Math.Round(v / step, MidpointRounding.ToEven), -127, 127)).ToArray();
        Near.Equal(
            Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, columns).Sum(c => w[(r * columns) + c] * q[c]) * scale[r] * step),
            op.Step());
    }

    [Fact]
    public void Linear_with_16_bit_activations_quantises_what_the_first_codes_leave_over()
    {
        const int rows = 3;
        const int columns = 20;
        var w = Values.RandomS8(rows * columns);
        float[] scale = [0.01f, 0.02f, 0.5f];
        float[] bias = [1, -2, 3];
        var x = Values.Random(2 * columns, 3);
        using var op = new OpRunner();
        op.Op(
            "Linear",
            [op.Input(x), Packed.S8(op.Program, w, rows, columns), Packed.Rows(op.Program, scale), Packed.Rows(op.Program, bias)],
            [op.Output<float>(2 * rows)],
            ("rows", rows),
            ("columns", columns),
            ("vectors", 2),
            ("activationBits", 16));

        Near.Equal(
            from v in Enumerable.Range(0, 2)
            let part = x.AsSpan(v * columns, columns).ToArray()
            let step = part.Max(Math.Abs) / 127.0
            let codes = part.Select(e => Math.Round(e / step) + (Math.Round((e - (Math.Round(e / step) * step)) / (step / 254)) / 254))
            .ToArray()
            from r in Enumerable.Range(0, rows)
            select (Enumerable.Range(0, columns).Sum(c => w[(r * columns) + c] * codes[c]) * scale[r] * step) + bias[r],
            op.Step());
    }

    /// <summary>All 255 codes lie between the least and the largest element, and 0 has one of its own.</summary>
    [Fact]
    public void Activations_with_a_zero_point_use_codes_of_one_side()
    {
        const int rows = 3, columns = 40;
        var w = Values.RandomS8(rows * columns);
        float[] scale = [0.01f, 0.02f, 0.5f];
        float[] bias = [1, -2, 3];
        float[] shift = [.. Enumerable.Range(0, rows).Select(r => -scale[r] * w.Skip(r * columns).Take(columns).Sum(code => code))];
        float[] x = [.. Values.Random(2 * columns, 3).Select((value, i) => i % 7 == 0 ? 0 : Math.Abs(value))];
        using var op = new OpRunner();
        op.Op(
            "Linear",
            [op.Input(x), Packed.S8(op.Program, w, rows, columns), Packed.Rows(op.Program, scale), Packed.Rows(op.Program, bias),
                Packed.Rows(op.Program, shift)],
            [op.Output<float>(2 * rows)],
            ("rows", rows),
            ("columns", columns),
            ("vectors", 2));

        Near.Equal(
            from v in Enumerable.Range(0, 2)
            let part = x.AsSpan(v * columns, columns).ToArray()
            let step = part.Max() / 254.0
            let codes = part.Select(e => Math.Round(e / step)).ToArray()
            from r in Enumerable.Range(0, rows)
            select (Enumerable.Range(0, columns).Sum(c => w[(r * columns) + c] * codes[c]) * scale[r] * step) + bias[r],
            op.Step());
    }

    [Fact]
    public void A_zero_point_does_not_go_with_a_static_scale()
    {
        using var op = new OpRunner();
        op.Op(
            "Linear",
            [op.Input(new float[4]), Packed.S8(op.Program, Values.RandomS8(4), 1, 4), Packed.Rows(op.Program, [1]), -1,
                Packed.Rows(op.Program, [1])],
            [op.Output<float>(1)],
            ("rows", 1),
            ("columns", 4),
            ("xScale", 0.5f));

        var error = Assert.Throws<EdgeSeqException>(() => op.Step());
        Assert.Contains("a zero point goes with 8 bits and without a static scale", error.Message);
    }

    [Fact]
    public void MatMul_broadcasts_batches_by_strides()
    {
        var a = Values.Random(2 * 3 * 4, 1);
        var b = Values.Random(4 * 5, 2);
        using var op = new OpRunner();
        op.Op(
            "MatMul",
            [op.Input(a), op.Input(b)],
            [op.Output<float>(2 * 3 * 5)],
            ("batch", List(2)),
            ("aBatchStrides", List(12)),
            ("bBatchStrides", List(0)),
            ("rows", 3),
            ("columns", 5),
            ("inner", 4));

        Near.Equal(
            from batch in Enumerable.Range(0, 2)
            from r in Enumerable.Range(0, 3)
            from c in Enumerable.Range(0, 5)
            select Enumerable.Range(0, 4).Sum(k => (double)a[(batch * 12) + (r * 4) + k] * b[(k * 5) + c]),
            op.Step());
    }

    [Fact]
    public void MatMul_without_a_batch_is_one_product()
    {
        using var op = new OpRunner();
        op.Op("MatMul", [op.Input(1f, 2), op.Input(3f, 4)], [op.Output<float>(1)], ("rows", 1), ("columns", 1), ("inner", 2));

        Assert.Equal([11], op.Step());
    }

    private static double Dot(float[] a, int aStart, float[] b, int bStart, int count) =>
        Enumerable.Range(0, count).Sum(k => (double)a[aStart + k] * b[bStart + k]);
}
