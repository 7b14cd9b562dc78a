using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Tests.Fixtures;
using static EdgeSeq.Runtime.Tests.Fixtures.ProgramBuilder;

namespace EdgeSeq.Runtime.Tests.Ops;

public class ConvolutionTests
{
    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 6)]
    [InlineData(4, 4)]
    [InlineData(4, 12)]
    public void ConvStep_equals_a_causal_convolution_of_the_whole_stream(int groups, int outputs)
    {
        const int channels = 4;
        const int kernel = 3;
        const int dilation = 2;
        const int steps = 9;
        var (perGroup, outPerGroup) = (channels / groups, outputs / groups);
        // [outputs][tap][channel in group]: the order of the packed columns.
        var w = Values.Random(outputs * kernel * perGroup, 1);
        var bias = Values.Random(outputs, 2);
        var stream = Enumerable.Range(0, steps).Select(t => Values.Random(channels, 10 + t)).ToArray();
        var (matrices, rows) = Packed.Convolution(groups, channels, outputs, kernel);
        using var op = new OpRunner();
        var ring = op.Program.State<float>(((kernel - 1) * dilation) + 1, channels);
        op.Op(
            "ConvStep",
            [
                op.Input(stream[0]),
                ring,
                Packed.F32(op.Program, w, rows, kernel * perGroup, matrices),
                -1,
                Packed.Rows(op.Program, bias, matrices),
            ],
            [op.Output<float>(outputs)],
            ("channels", channels),
            ("outChannels", outputs),
            ("kernel", kernel),
            ("dilation", dilation),
            ("groups", groups));

        for (var t = 0; t < steps; t++)
            Near.Equal(Enumerable.Range(0, outputs).Select(o => Convolved(t, o)), op.Step(stream[t]));

        double Convolved(int t, int output)
        {
            double sum = bias[output];
            for (var tap = 0; tap < kernel; tap++)
            {
                var source = t - ((kernel - 1 - tap) * dilation);
                if (source < 0)
                    continue;
                for (var c = 0; c < perGroup; c++)
                    sum += (double)w[(((output * kernel) + tap) * perGroup) + c] * stream[source][(output / outPerGroup * perGroup) + c];
            }

            return sum;
        }
    }

    [Fact]
    public void ConvStep_may_tick_at_a_lower_rate_than_its_input()
    {
        using var op = new OpRunner();
        var clock = op.Program.Clock(2, 1);
        var ring = op.Program.State<float>(2, 1);
        var x = op.Input(0f);
        var y = op.Program.Arena<float>(1);
        op.Program.Op("Push", [x, ring], [], ("size", 1), ("length", 2));
        op.Program.OpAt(
            clock,
            "ConvStep",
            [-1, ring, Packed.F32(op.Program, [1, 10], 1, 2)],
            [y],
            ("channels", 1),
            ("outChannels", 1),
            ("kernel", 2),
            ("push", 0),
            ("inputRate", 1),
            ("inputOffset", 0));
        op.Program.Output<float>("y", y, clock, 1);

        op.Step([1f]);
        Assert.Equal([21], op.Step([2f]));
        op.Step([3f]);
        Assert.Equal([43], op.Step([4f]));
    }

    [Theory]
    [InlineData(1, 4, new[] { 1, 2 }, new[] { 1, 0, 1, 2 }, new[] { 3, 6 })]
    [InlineData(2, 4, new[] { 1, 2 }, new[] { 1, 0, 1, 2 }, new[] { 3, 6 })]
    [InlineData(2, 2, new[] { 1, 2 }, new[] { 1, 0, 1, 2 }, new[] { 3, 6 })]
    [InlineData(1, 3, new[] { 2, 1 }, new[] { 0, 3, 2, 4 }, new[] { 2, 12 })]
    [InlineData(2, 36, new[] { 2, 1 }, new[] { 0, 3, 2, 4 }, new[] { 2, 12 })]
    [InlineData(2, 2, new[] { 2, 1 }, new[] { 0, 3, 2, 4 }, new[] { 2, 12 })]
    public void Conv_slides_over_the_padded_plane(int groups, int outputs, int[] dilations, int[] pads, int[] output)
    {
        const int channels = 2;
        int[] input = [5, 6];
        int[] kernel = [3, 2];
        int[] strides = [2, 1];
        var places = output[0] * output[1];
        var (matrices, rows) = Packed.Convolution(groups, channels, outputs, 6);
        var (perGroup, outPerGroup) = (channels / groups, outputs / groups);
        // [outputs][kh][kw][channel in group].
        var w = Values.Random(outputs * 6 * perGroup, 1);
        var bias = Values.Random(outputs, 2);
        var x = Values.Random(channels * 30, 3);
        using var op = new OpRunner();
        op.Op(
            "Conv",
            [op.Input(x), Packed.F32(op.Program, w, rows, 6 * perGroup, matrices), -1, Packed.Rows(op.Program, bias, matrices)],
            [op.Output<float>(outputs * places)],
            ("channels", channels),
            ("outChannels", outputs),
            ("groups", groups),
            ("inputShape", List(input)),
            ("kernel", List(kernel)),
            ("strides", List(strides)),
            ("dilations", List(dilations)),
            ("pads", List(pads)));

        Near.Equal(
            from o in Enumerable.Range(0, outputs)
            from row in Enumerable.Range(0, output[0])
            from column in Enumerable.Range(0, output[1])
            select Convolved(o, row, column),
            op.Step());

        double Convolved(int o, int row, int column)
        {
            double sum = bias[o];
            for (var tap = 0; tap < 6; tap++)
            {
                var h = (row * strides[0]) - pads[0] + (tap / 2 * dilations[0]);
                var v = (column * strides[1]) - pads[1] + (tap % 2 * dilations[1]);
                if (h < 0 || h >= input[0] || v < 0 || v >= input[1])
                    continue;
                for (var c = 0; c < perGroup; c++)
                    sum += (double)w[(((o * 6) + tap) * perGroup) + c] * x[(((o / outPerGroup * perGroup) + c) * 30) + (h * input[1]) + v];
            }

            return sum;
        }
    }

    /// <summary>Whatever the quantisation of the activations: static, dynamic, or twice.</summary>
    [Theory]
    [InlineData(0f, 8)]
    [InlineData(0.01f, 8)]
    [InlineData(0f, 16)]
    public void A_depthwise_ConvStep_has_the_bits_of_a_Linear_for_each_channel(float xScale, int activationBits)
    {
        const int channels = 19;
        const int kernel = 5;
        var w = Values.RandomS8(channels * kernel);
        var scale = Values.Random(channels, 2);
        var bias = Values.Random(channels, 3);
        using var op = new OpRunner();
        op.Op(
            "ConvStep",
            [
                op.Input(new float[channels]),
                op.Program.State<float>(kernel, channels),
                Packed.S8(op.Program, w, channels, kernel),
                Packed.Rows(op.Program, scale),
                Packed.Rows(op.Program, bias),
            ],
            [op.Output<float>(channels)],
            [("channels", channels), ("outChannels", channels), ("kernel", kernel), ("groups", channels), ("activation", "Tanh"),
                .. Quantisation()]);
        var stream = Enumerable.Range(0, 8).Select(t => Values.Random(channels, 10 + t)).ToArray();
        var actual = stream.Select(x => op.Step(x)).ToArray();

        for (var c = 0; c < channels; c++)
        {
            using var linear = new OpRunner();
            linear.Op(
                "Linear",
                [
                    linear.Input(new float[kernel]),
                    Packed.S8(linear.Program, w[(c * kernel)..((c + 1) * kernel)], 1, kernel),
                    Packed.Rows(linear.Program, [scale[c]]),
                    Packed.Rows(linear.Program, [bias[c]]),
                ],
                [linear.Output<float>(1)],
                [("rows", 1), ("columns", kernel), ("activation", "Tanh"), .. Quantisation()]);
            for (var t = 0; t < stream.Length; t++)
            {
                var window = Enumerable.Range(t - kernel + 1, kernel).Select(i => i < 0 ? 0 : stream[i][c]).ToArray();
                Assert.Equal(linear.Step(window)[0], actual[t][c]);
            }
        }

        IEnumerable<(string Name, JsonNode Value)> Quantisation()
        {
            yield return ("activationBits", activationBits);
            if (xScale > 0)
                yield return ("xScale", xScale);
        }
    }

    [Theory]
    [InlineData("Max", new float[] { 4, 6, 7, 9 })]
    [InlineData("Average", new float[] { 2, 4, 5, 6.25f })]
    public void Pool_reduces_under_the_kernel(string function, float[] expected)
    {
        using var op = new OpRunner();
        op.Op(
            "Pool",
            [op.Input(0f, 1, 5, 3, 4, 6, 7, 6, 9)],
            [op.Output<float>(4)],
            ("fn", function),
            ("channels", 1),
            ("inputShape", List(3, 3)),
            ("kernel", List(2, 2)));

        Assert.Equal(expected, op.Step());
    }

    [Theory]
    [InlineData(0, new float[] { 1, 1.5f, 2 })]
    [InlineData(1, new float[] { 0.5f, 1.5f, 1 })]
    public void Pool_counts_the_padding_as_asked(int countIncludePad, float[] expected)
    {
        using var op = new OpRunner();
        op.Op(
            "Pool",
            [op.Input(1f, 2)],
            [op.Output<float>(3)],
            ("fn", "Average"),
            ("channels", 1),
            ("inputShape", List(1, 2)),
            ("kernel", List(1, 2)),
            ("pads", List(0, 1, 0, 1)),
            ("countIncludePad", countIncludePad));

        Assert.Equal(expected, op.Step());
    }

    [Fact]
    public void Pool_may_reach_past_the_end_with_an_output_shape()
    {
        using var op = new OpRunner();
        op.Op(
            "Pool",
            [op.Input(1f, 2, 3)],
            [op.Output<float>(2)],
            ("fn", "Average"),
            ("channels", 1),
            ("inputShape", List(1, 3)),
            ("outputShape", List(1, 2)),
            ("kernel", List(1, 2)),
            ("strides", List(1, 2)),
            ("countIncludePad", 1));

        Assert.Equal([1.5f, 3], op.Step());
    }

    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 5)]
    public void Pool_takes_norms(int p, float expected)
    {
        using var op = new OpRunner();
        op.Op(
            "Pool",
            [op.Input(3f, -4)],
            [op.Output<float>(1)],
            ("fn", "Lp"),
            ("channels", 1),
            ("inputShape", List(1, 2)),
            ("kernel", List(1, 2)),
            ("p", p));

        Assert.Equal([expected], op.Step());
    }
}
