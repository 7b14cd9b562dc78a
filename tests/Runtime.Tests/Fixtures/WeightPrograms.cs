using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Kernels;
using static EdgeSeq.Runtime.Tests.Fixtures.ProgramBuilder;

namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>Programs of the ops with weights, in the forms in which a group may or may not share their products.</summary>
internal static class WeightPrograms
{
    private const int Input = 3;
    private const int Hidden = 20;

    private static readonly Dictionary<string, Action<ProgramBuilder>> Programs = new()
    {
        ["LSTM int8"] = p => Lstm(p, int8: true),
        ["LSTM f32"] = p => Lstm(p, int8: false),
        ["LSTM f32 with many inputs"] = p => Lstm(p, int8: false, input: 420),
        ["LSTM of steps and batch, reversed"] = p => Lstm(p, int8: true, steps: 3, batch: 2, Input, ("reverse", 1)),
        ["LSTM with clip"] = p => Lstm(p, int8: true, steps: 1, batch: 1, Input, ("clip", 0.5f)),
        ["LSTM with 16-bit activations"] = p => Lstm(p, int8: true, steps: 1, batch: 1, Input, ("activationBits", 16)),
        ["LSTM of steps that come back"] = p => LstmOfKnownSteps(p, int8: true),
        ["LSTM f32 of steps that come back"] = p => LstmOfKnownSteps(p, int8: false),
        ["GRU int8"] = p => Gru(p, int8: true, linearBeforeReset: 1),
        ["GRU f32"] = p => Gru(p, int8: false, linearBeforeReset: 1),
        ["GRU f32 with many inputs"] = p => Gru(p, int8: false, linearBeforeReset: 1, input: 560),
        ["GRU that resets before the product"] = p => Gru(p, int8: true, linearBeforeReset: 0),
        ["RNN int8"] = p => Rnn(p, int8: true),
        ["RNN f32"] = p => Rnn(p, int8: false),
        ["RNN f32 with many inputs"] = p => Rnn(p, int8: false, input: 1700),
        ["RNN with another activation"] = p => Rnn(p, int8: true, Input, ("activations", List("Relu"))),
        ["Linear f32"] = p => LinearF32(p, vectors: 2),
        ["Linear f32 of many vectors"] = p => LinearF32(p, vectors: 20),
        ["Linear with 16-bit activations"] = p => p.Op(
            "Linear",
            [p.Input<float>("x", 4), Packed.S8(p, Values.RandomS8(3 * 4), 3, 4), Packed.Rows(p, [0.1f, 0.2f, 0.3f])],
            Shown(p, 3),
            ("rows", 3),
            ("columns", 4),
            ("activationBits", 16)),
        ["Linear with a zero point"] = p => p.Op(
            "Linear",
            [p.Input<float>("x", 4), Packed.S8(p, Values.RandomS8(3 * 4), 3, 4), Packed.Rows(p, [0.1f, 0.2f, 0.3f]),
                Packed.Rows(p, [1, 2, 3]), Packed.Rows(p, [0.5f, -2, 3])],
            Shown(p, 3),
            ("rows", 3),
            ("columns", 4)),
        ["Linear with weights in the state"] = p => p.Op(
            "Linear",
            [p.Input<float>("x", 4), p.State(Values.Random(16 * 4), 16 * 4)],
            Shown(p, 16),
            ("rows", 16),
            ("columns", 4)),
        ["ConvStep f32 in groups"] = p => p.Op(
            "ConvStep",
            [p.Input<float>("x", 4), p.State<float>(3, 4), Packed.F32(p, Values.Random(2 * 3 * 6), 3, 6, 2), -1,
                Packed.Rows(p, [1, 2, 3, 4, 5, 6], 2)],
            Shown(p, 6),
            ("channels", 4),
            ("outChannels", 6),
            ("kernel", 3),
            ("groups", 2),
            ("activation", "Tanh")),
        ["Conv of few positions in groups"] = p => p.Op(
            "Conv",
            [p.Input<float>("x", 2 * 4 * 5), Packed.F32(p, Values.Random(2 * 3 * 4), 3, 4, 2), -1, Packed.Rows(p, [1, 2, 3, 4, 5, 6], 2)],
            Shown(p, 2 * 6 * 4),
            ("batch", 2),
            ("channels", 4),
            ("outChannels", 6),
            ("groups", 2),
            ("inputShape", List(1, 5)),
            ("kernel", List(1, 2)),
            ("activation", "Relu")),
        ["Layers on two clocks"] = Pooled,
    };

    public static TheoryData<string> All => [.. Programs.Keys];

    public static ProgramBuilder Program(string name)
    {
        var program = new ProgramBuilder();
        Programs[name](program);
        return program;
    }

    private static void Lstm(
        ProgramBuilder p, bool int8, int steps = 1, int batch = 1, int input = Input, params (string Name, JsonNode Value)[] more)
    {
        var (h, c) = (p.State<float>(batch, Hidden), p.State(Values.Random(batch * Hidden), batch, Hidden));
        var (w, wScale) = Gated(p, int8, 4, input);
        var (r, rScale) = Gated(p, int8, 4, Hidden);
        p.Op(
            "LSTM",
            [p.Input<float>("x", steps * batch * input), w, wScale, r, rScale, Rows(p, 4), -1, h, c],
            [.. Shown(p, steps * batch * Hidden), h, c],
            [("hidden", Hidden), ("input", input), ("steps", steps), ("batch", batch), .. more]);
    }

    private static void LstmOfKnownSteps(ProgramBuilder p, bool int8)
    {
        var (h, c) = (p.Constant(Values.Random(Hidden)), p.Constant(Values.Random(Hidden)));
        var (w, wScale) = Gated(p, int8, 4, Input);
        var (r, rScale) = Gated(p, int8, 4, Hidden);
        p.Op(
            "LSTM",
            [p.Input<float>("x", 3 * Input), w, wScale, r, rScale, Rows(p, 4), -1, h, c,
                p.State<float>(2 * 5 * PackedLayout.GatedRows(Hidden, 4))],
            [.. Shown(p, 7 * Hidden), .. Shown(p, Hidden), .. Shown(p, Hidden)],
            [("hidden", Hidden), ("input", Input), ("steps", 7), ("head", 1), ("new", 1), ("tail", 1), ("turns", 2)]);
    }

    private static void Gru(ProgramBuilder p, bool int8, int linearBeforeReset, int input = Input)
    {
        var h = p.State<float>(Hidden);
        var (w, wScale) = Gated(p, int8, 3, input);
        var (r, rScale) = Gated(p, int8, 3, Hidden);
        p.Op(
            "GRU",
            [p.Input<float>("x", input), w, wScale, r, rScale, Rows(p, 3), Rows(p, 3), h],
            [.. Shown(p, Hidden), h],
            ("hidden", Hidden),
            ("input", input),
            ("linearBeforeReset", linearBeforeReset));
    }

    private static void Rnn(ProgramBuilder p, bool int8, int input = Input, params (string Name, JsonNode Value)[] more)
    {
        var h = p.State<float>(Hidden);
        var (w, wScale) = Gated(p, int8, 1, input);
        var (r, rScale) = Gated(p, int8, 1, Hidden);
        p.Op(
            "RNN",
            [p.Input<float>("x", input), w, wScale, r, rScale, Rows(p, 1), h],
            [.. Shown(p, Hidden), h],
            [("hidden", Hidden), ("input", input), .. more]);
    }

    private static void LinearF32(ProgramBuilder p, int vectors) => p.Op(
        "Linear",
        [p.Input<float>("x", vectors * 5), Packed.F32(p, Values.Random(18 * 5), 18, 5), -1, Packed.Rows(p, Values.Random(18))],
        Shown(p, vectors * 18),
        ("rows", 18),
        ("columns", 5),
        ("vectors", vectors),
        ("activation", "Sigmoid"));

    /// <summary>A convolution at every step and a layer over it at every third: members at other steps take part in other ops.</summary>
    private static void Pooled(ProgramBuilder p)
    {
        var clock = p.Clock(3, 1);
        var features = p.Arena<float>(4);
        p.Op(
            "ConvStep",
            [p.Input<float>("x", 2), p.State<float>(2, 2), Packed.S8(p, Values.RandomS8(4 * 4), 4, 4),
                Packed.Rows(p, [0.1f, 0.2f, 0.3f, 0.4f])],
            [features],
            ("channels", 2),
            ("outChannels", 4),
            ("kernel", 2));
        var y = p.Arena<float>(3);
        p.OpAt(
            clock,
            "Linear",
            [features, Packed.S8(p, Values.RandomS8(3 * 4), 3, 4), Packed.Rows(p, [0.1f, 0.2f, 0.3f])],
            [y],
            ("rows", 3),
            ("columns", 4));
        p.Output<float>("y", y, clock, 3);
    }

    private static (int Weights, int Scale) Gated(ProgramBuilder p, bool int8, int gates, int columns) => int8
        ? (Packed.GatedS8(p, Values.RandomS8(gates * Hidden * columns), Hidden, gates, columns), Rows(p, gates))
        : (Packed.GatedF32(p, Values.Random(gates * Hidden * columns), Hidden, gates, columns), -1);

    private static int Rows(ProgramBuilder p, int gates) =>
        Packed.GatedRows(p, [.. Values.Random(gates * Hidden).Select(v => Math.Abs(v) * 0.01f)], Hidden, gates);

    private static int[] Shown(ProgramBuilder p, int length)
    {
        var y = p.Arena<float>(length);
        p.Output<float>($"y{y}", y, 0, length);
        return [y];
    }
}
