using EdgeSeq.Runtime.Ops;
using EdgeSeq.Runtime.Tests.Fixtures;
using static EdgeSeq.Runtime.Tests.Fixtures.ProgramBuilder;

namespace EdgeSeq.Runtime.Tests.Ops;

public class ChannelsLastTests
{
    private const int Times = 10;
    private const int Channels = 3;
    private const int Wide = 20;

    [Fact]
    public void Planes_that_lie_channels_last_give_the_same_bits()
    {
        using var seen = Network(shown: true).Program.Load();
        using var hidden = Network(shown: false).Program.Load();
        using var whole = seen.CreateSession();
        using var session = hidden.CreateSession();

        for (var step = 0; step < 3; step++)
        {
            Values.Random(Times * Channels, 50 + step).CopyTo(whole.Input(0));
            whole.Input(0).CopyTo(session.Input(0));
            whole.Step();
            session.Step();
            Assert.Equal(whole.Output(0).ToArray(), session.Output(0).ToArray());
            Assert.Contains(session.Output(0).ToArray(), value => value != 0);
        }
    }

    [Fact]
    public void Parts_of_planes_that_lie_channels_last_give_the_same_bits()
    {
        var (program, planes) = Parts(shown: false);
        Assert.Equal(planes, LyingLast(program));
        Assert.Empty(LyingLast(Parts(shown: true).Program));

        using var seen = Parts(shown: true).Program.Load();
        using var hidden = program.Load();
        using var whole = seen.CreateSession();
        using var session = hidden.CreateSession();
        for (var step = 0; step < 5; step++)
        {
            Values.Random(Times * Channels, 50 + step).CopyTo(whole.Input(0));
            whole.Input(0).CopyTo(session.Input(0));
            whole.Step();
            session.Step();
            Assert.Equal(whole.Output(0).ToArray(), session.Output(0).ToArray());
        }
    }

    [Fact]
    public void Only_values_that_nobody_sees_lie_channels_last()
    {
        var (program, planes) = Network(shown: false);

        Assert.Equal(planes, LyingLast(program));
        Assert.Empty(LyingLast(Network(shown: true).Program));
    }

    [Fact]
    public void A_value_that_an_op_reads_in_the_order_of_the_model_lies_in_it()
    {
        var (program, planes) = Network(shown: false);
        var y = program.Arena<float>(Wide * Times);
        // The plane behind the first convolution, as one line: what is joined with it must lie as it does.
        program.Op("CumSum", [planes[1]], [y], ("outer", 1), ("count", Wide * Times), ("inner", 1));
        program.Output<float>("sums", y, 0, Wide * Times);

        Assert.Equal([planes[0], .. planes[4..]], LyingLast(program));
    }

    private static int[] LyingLast(ProgramBuilder program)
    {
        using var model = program.Load();
        return [.. ChannelsLast.Find("test", model.Program, model.Values).Index().Where(value => value.Item).Select(value => value.Index)];
    }

    /// <summary>A sequence [time, channels] turned, convolved, activated, added to itself, pooled, convolved by channel and turned
    /// back.</summary>
    private static (ProgramBuilder Program, int[] Planes) Network(bool shown)
    {
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", Times, Channels);
        var y = program.Arena<float>(3, 2 * Wide);
        program.Output<float>("y", y, 0, 3, 2 * Wide);
        int[] lengths = [Channels * Times, Wide * Times, Wide * Times, Wide * Times, Wide * 5, Wide * 3, 2 * Wide * 3];
        int[] planes = [.. lengths.Select(length => program.Arena<float>(length))];
        Turn(program, x, planes[0], Channels, Times);
        Convolve(program, planes[0], planes[1], Channels, Wide, groups: 1, Times, pad: 1);
        program.Op("Unary", [planes[1]], [planes[2]], ("fn", "Relu"));
        program.Op("Binary", [planes[2], planes[1]], [planes[3]], ("fn", "Add"), ("shape", List(Wide, Times)),
            ("aStrides", List(Times, 1)), ("bStrides", List(Times, 1)));
        program.Op("Pool", [planes[3]], [planes[4]], ("fn", "Max"), ("channels", Wide), ("inputShape", List(1, Times)),
            ("kernel", List(1, 2)), ("strides", List(1, 2)));
        Convolve(program, planes[4], planes[5], Wide, Wide, groups: Wide, 5, pad: 0);
        Convolve(program, planes[5], planes[6], Wide, 2 * Wide, groups: Wide, 3, pad: 1);
        Turn(program, planes[6], y, 3, 2 * Wide);
        for (var i = 0; shown && i < planes.Length; i++)
            program.Output<float>($"plane{i}", planes[i], 0, lengths[i]);
        return (program, planes);
    }

    /// <summary>A sequence convolved, cut, kept, joined and convolved again.</summary>
    private static (ProgramBuilder Program, int[] Planes) Parts(bool shown)
    {
        const int Cut = 4, Kept = 7, Joined = Cut + Kept;
        var program = new ProgramBuilder();
        var x = program.Input<float>("x", Times, Channels);
        var y = program.Arena<float>(Joined, Wide);
        program.Output<float>("y", y, 0, Joined, Wide);
        int[] lengths = [Channels * Times, Wide * Times, Wide * Cut, Wide * Kept, Wide * Joined, Wide * Joined];
        int[] planes = [.. lengths.Select(length => program.Arena<float>(length))];
        Turn(program, x, planes[0], Channels, Times);
        Convolve(program, planes[0], planes[1], Channels, Wide, groups: 1, Times, pad: 1);
        CopyPart(program, planes[1], planes[2], Cut, (Times, 3), (Cut, 0));
        program.Op("Columns", [planes[2], program.State<float>(2, Wide * Kept)], [planes[3]], ("outer", Wide), ("length", Kept),
            ("inner", 1), ("elements", Cut), ("turns", 2));
        CopyPart(program, planes[2], planes[4], Cut, (Cut, 0), (Joined, 0));
        CopyPart(program, planes[3], planes[4], Kept, (Kept, 0), (Joined, Cut));
        Convolve(program, planes[4], planes[5], Wide, Wide, groups: 1, Joined, pad: 1);
        Turn(program, planes[5], y, Joined, Wide);
        for (var i = 0; shown && i < planes.Length; i++)
            program.Output<float>($"plane{i}", planes[i], 0, lengths[i]);
        return (program, planes);
    }

    private static void CopyPart(ProgramBuilder program, int from, int to, int positions, (int Of, int At) source,
        (int Of, int At) target) =>
        program.Op("Copy", [from], [to], ("shape", List(Wide, positions)), ("srcOffset", source.At), ("srcStrides", List(source.Of, 1)),
            ("dstOffset", target.At), ("dstStrides", List(target.Of, 1)));

    private static void Turn(ProgramBuilder program, int from, int to, int rows, int columns) =>
        program.Op("Copy", [from], [to], ("shape", List(rows, columns)), ("srcStrides", List(1, rows)), ("dstStrides", List(columns, 1)));

    private static void Convolve(ProgramBuilder program, int x, int y, int channels, int outputs, int groups, int times, int pad)
    {
        var (matrices, rows) = Packed.Convolution(groups, channels, outputs, 3);
        var columns = 3 * (channels / groups);
        program.Op("Conv", [x, Packed.F32(program, Values.Random(outputs * columns, y), rows, columns, matrices)], [y],
            ("channels", channels), ("outChannels", outputs), ("groups", groups), ("inputShape", List(1, times)), ("kernel", List(1, 3)),
            ("pads", List(0, pad, 0, pad)));
    }
}
