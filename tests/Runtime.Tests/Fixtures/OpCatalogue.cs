using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Kernels;
using static EdgeSeq.Runtime.Tests.Fixtures.ProgramBuilder;

namespace EdgeSeq.Runtime.Tests.Fixtures;

/// <summary>A small program for every op, for what must hold whatever the op: hostile files, snapshots, resets. A form of an op that has
/// code of its own has an entry "op, form".</summary>
internal static class OpCatalogue
{
    private const int Window = 4;
    private const int Hidden = 5;

    private static readonly Dictionary<string, Action<ProgramBuilder>> Programs = new()
    {
        ["ArgReduce"] = p => Op(p, "ArgReduce", [X(p, 6)], Longs(p, 2), ("fn", "ArgMax"), ("count", 3), ("inner", 2)),
        ["Attention"] = p => Op(
            p,
            "Attention",
            [X(p, 8), X(p, 4), X(p, 4), KeyRing(p), ValueRing(p), p.State<float>(Window), p.State<float>(Window),
                p.Constant(Values.Random(2 * Window)), X(p, 1), p.State<float>(Window)],
            Floats(p, 8),
            ("heads", 2),
            ("kvHeads", 1),
            ("keySize", 4),
            ("valueSize", 4),
            ("window", Window),
            ("sliding", 1),
            ("scale", 0.5f),
            ("bias", "relative"),
            ("biasHeads", 2)),
        ["AttentionPool"] = p => Op(p, "AttentionPool", [X(p, 2), X(p, 6), p.State<float>(2, 5)], Floats(p, 6), ("heads", 2), ("size", 3)),
        ["Banded"] = p => Op(p, "Banded", [X(p, 10), p.Constant(Values.Random(16 * 3 + 16 * 2))], Floats(p, 34), ("rows", 17),
            ("columns", 5), ("vectors", 2), ("first", List(0, 3)), ("width", List(3, 2))),
        ["Binary"] = p => Op(
            p,
            "Binary",
            [X(p, 6), X(p, 3)],
            Floats(p, 6),
            ("fn", "Add"),
            ("shape", List(2, 3)),
            ("aStrides", List(3, 1)),
            ("bStrides", List(0, 1))),
        ["Cast"] = p => Op(p, "Cast", [X(p, 3)], Longs(p, 3)),
        ["Conv"] = p => Op(
            p,
            "Conv",
            [X(p, 2 * 12), Packed.F32(p, Values.Random(3 * 8), 3, 8), -1, Packed.Rows(p, [1, 2, 3])],
            Floats(p, 3 * 12),
            ("batch", 1),
            ("channels", 2),
            ("outChannels", 3),
            ("groups", 1),
            ("inputShape", List(3, 4)),
            ("kernel", List(2, 2)),
            ("strides", List(1, 1)),
            ("dilations", List(1, 1)),
            ("pads", List(1, 1, 0, 0)),
            ("activation", "Clip"),
            ("alpha", 0f),
            ("beta", 6f)),
        ["AfterEnd"] = p => Op(p, "AfterEnd", [X(p, 3)], Floats(p, 3), ("size", 3), ("after", 1), ("value", 0.5f)),
        ["ConvStep"] = p => Op(
            p,
            "ConvStep",
            [X(p, 2), p.State<float>(5, 2), Packed.S8(p, Values.RandomS8(3 * 6), 3, 6), Packed.Rows(p, [0.1f, 0.2f, 0.3f])],
            Floats(p, 3),
            ("channels", 2),
            ("outChannels", 3),
            ("kernel", 3),
            ("dilation", 2),
            ("xScale", 0.01f)),
        ["Conv, depthwise"] = p => Op(
            p,
            "Conv",
            [X(p, 3 * 12), Packed.S8(p, Values.RandomS8(6 * 4), 6, 4), Packed.Rows(p, [0.1f, 0.2f, 0.3f, 0.1f, 0.2f, 0.3f])],
            Floats(p, 6 * 12),
            ("batch", 1),
            ("channels", 3),
            ("outChannels", 6),
            ("groups", 3),
            ("inputShape", List(3, 4)),
            ("kernel", List(2, 2)),
            ("strides", List(1, 1)),
            ("dilations", List(1, 1)),
            ("pads", List(0, 0, 1, 1)),
            ("activationBits", 16)),
        ["ConvStep, depthwise"] = p => Op(
            p,
            "ConvStep",
            [X(p, 3), p.State<float>(5, 3), Packed.F32(p, Values.Random(3 * 3), 3, 3), -1, Packed.Rows(p, [1, 2, 3])],
            Floats(p, 3),
            ("channels", 3),
            ("outChannels", 3),
            ("kernel", 3),
            ("dilation", 2),
            ("groups", 3)),
        ["ConvStep, filled by a Push"] = p =>
        {
            var ring = p.State<float>(2, 2);
            var y = p.Arena<float>(3);
            var clock = p.Clock(2, 1);
            p.Op("Push", [X(p, 2), ring], [], ("size", 2), ("length", 2));
            p.OpAt(
                clock,
                "ConvStep",
                [-1, ring, Packed.F32(p, Values.Random(3 * 4), 3, 4)],
                [y],
                ("channels", 2),
                ("outChannels", 3),
                ("kernel", 2),
                ("activation", "HardSigmoid"),
                ("alpha", 0.3f),
                ("beta", 0.4f),
                ("push", 0),
                ("inputRate", 1),
                ("inputOffset", 0));
            p.Output<float>("y", y, clock, 3);
        },
        ["Copy"] = p => Op(
            p,
            "Copy",
            [X(p, 6)],
            Floats(p, 8),
            ("shape", List(3, 2)),
            ("srcOffset", 2),
            ("srcStrides", List(1, -1)),
            ("dstOffset", 1),
            ("dstStrides", List(2, 1))),
        ["Columns"] = p => Op(p, "Columns", [X(p, 8), p.State(Values.Random(24), 2, 12)], Floats(p, 12), ("outer", 2), ("length", 3),
            ("inner", 2), ("elements", 2), ("turns", 2)),
        ["CumSum"] = p =>
            Op(p, "CumSum", [X(p, 6)], Floats(p, 6), ("outer", 1), ("count", 3), ("inner", 2), ("exclusive", 1), ("reverse", 1)),
        ["DFT"] = p => Op(p, "DFT", [X(p, 14), Turns(p, 12, inverse: false), p.Constant(Values.Random(7))],
            [.. Floats(p, 28), .. Floats(p, 14), .. Floats(p, 14)], ("vectors", 2), ("samples", 12), ("given", 7), ("conjugate", 1)),
        ["Delay"] = p => Op(p, "Delay", [X(p, 2), p.State<float>(3, 2)], Floats(p, 2), ("size", 2), ("count", 3)),
        ["Fill"] = p => Op(p, "Fill", [], Floats(p, 3), ("value", 1.5f)),
        ["GRU"] = p => Op(
            p,
            "GRU",
            [X(p, 3), Gated(p, 3, 3), Rows(p, 3), Gated(p, 3, Hidden), Rows(p, 3), Rows(p, 3), Rows(p, 3), p.State<float>(Hidden)],
            [.. Floats(p, Hidden), p.State<float>(Hidden)],
            ("hidden", Hidden),
            ("input", 3),
            ("steps", 1),
            ("batch", 1),
            ("linearBeforeReset", 1),
            ("hScale", 0.01f)),
        ["GRU, of steps that come back"] = p => Op(
            p,
            "GRU",
            [X(p, 9), Gated(p, 3, 3), Rows(p, 3), Gated(p, 3, Hidden), Rows(p, 3), Rows(p, 3), Rows(p, 3),
                p.Constant(Values.Random(Hidden)), Products(p, 3, steps: 4)],
            [.. Floats(p, 6 * Hidden), .. Floats(p, Hidden)],
            [.. NewSteps(turns: 1), ("hidden", Hidden), ("input", 3), ("steps", 6)]),
        ["Gather"] = p => Op(
            p,
            "Gather",
            [p.Constant(Values.RandomS8(4 * 3)), Id(p), p.Constant(Values.Random(4))],
            Floats(p, 3),
            ("outer", 1),
            ("rows", 4),
            ("inner", 3)),
        ["Gather, F32"] = p => Op(p, "Gather", [p.Constant(Values.Random(4 * 3)), Id(p)], Floats(p, 3), ("rows", 4), ("inner", 3)),
        ["GatherElements"] = p => Op(
            p,
            "GatherElements",
            [X(p, 6), p.Constant([0L, 1, 2, 0])],
            Floats(p, 4),
            ("shape", List(2, 3)),
            ("indexShape", List(2, 2)),
            ("axis", 1)),
        ["GatherND"] = p => Op(
            p,
            "GatherND",
            [X(p, 6), p.Constant([0L, 1])],
            Floats(p, 6),
            ("shape", List(2, 3)),
            ("indexShape", List(2, 1)),
            ("batchDims", 0)),
        ["InverseDFT"] = p => Op(p, "InverseDFT", [X(p, 28), Turns(p, 12, inverse: true), p.Constant(Values.Random(12))], Floats(p, 24),
            ("vectors", 2), ("samples", 12)),
        ["LSTM"] = p =>
        {
            var (h, c) = (p.State<float>(Hidden), p.State(Values.Random(Hidden), Hidden));
            Op(
                p,
                "LSTM",
                [X(p, 3), Gated(p, 4, 3), Rows(p, 4), Gated(p, 4, Hidden), Rows(p, 4), Rows(p, 4), Rows(p, 3), h, c],
                [.. Floats(p, Hidden), h, c],
                ("hidden", Hidden),
                ("input", 3),
                ("steps", 1),
                ("batch", 1),
                ("reverse", 0),
                ("clip", 3f),
                ("inputForget", 0),
                ("activations", List("HardSigmoid", "Softsign", "ScaledTanh")),
                ("alpha", List(0.3f, 0, 0.5f)),
                ("beta", List(0.4f, 0, 2f)));
        },
        ["LSTM, of steps that come back"] = p => Op(
            p,
            "LSTM",
            [X(p, 18), Gated(p, 4, 3), Rows(p, 4), Gated(p, 4, Hidden), Rows(p, 4), Rows(p, 4), -1, p.Constant(Values.Random(2 * Hidden)),
                p.Constant(Values.Random(2 * Hidden)), Products(p, 4, steps: 2 * 4 * 2)],
            [.. Floats(p, 12 * Hidden), .. Floats(p, 2 * Hidden), .. Floats(p, 2 * Hidden)],
            [.. NewSteps(turns: 2), ("hidden", Hidden), ("input", 3), ("steps", 6), ("batch", 2)]),
        ["Latch"] = p => Op(p, "Latch", [X(p, 2), p.State<float>(2)], Floats(p, 2), ("size", 2), ("index", 1)),
        ["LayerNorm"] = p => Op(
            p,
            "LayerNorm",
            [X(p, 6), p.Constant(Values.Random(3)), p.Constant(Values.Random(3))],
            Floats(p, 6),
            ("outer", 2),
            ("count", 3),
            ("epsilon", 1e-5f),
            ("rms", 0)),
        ["Linear"] = p => Op(
            p,
            "Linear",
            [X(p, 8), Packed.S8(p, Values.RandomS8(3 * 4), 3, 4), Packed.Rows(p, [0.1f, 0.2f, 0.3f]), Packed.Rows(p, [1, 2, 3])],
            Floats(p, 6),
            ("rows", 3),
            ("columns", 4),
            ("vectors", 2),
            ("activation", "LeakyRelu"),
            ("alpha", 0.1f)),
        ["MatMul"] = p => Op(
            p,
            "MatMul",
            [X(p, 12), X(p, 6)],
            Floats(p, 8),
            ("batch", List(2)),
            ("aBatchStrides", List(6)),
            ("bBatchStrides", List(0)),
            ("rows", 2),
            ("columns", 2),
            ("inner", 3)),
        ["OneHot"] = p => Op(p, "OneHot", [Id(p), p.Constant<float>([0, 1])], Floats(p, 3), ("outer", 1), ("depth", 3), ("inner", 1)),
        ["Pool"] = p => Op(
            p,
            "Pool",
            [X(p, 2 * 12)],
            Floats(p, 2 * 6),
            ("fn", "Average"),
            ("batch", 1),
            ("channels", 2),
            ("inputShape", List(3, 4)),
            ("kernel", List(2, 2)),
            ("strides", List(2, 2)),
            ("dilations", List(1, 1)),
            ("pads", List(0, 1, 1, 1)),
            ("countIncludePad", 1)),
        ["Pool, Lp"] = p => Op(
            p, "Pool", [X(p, 4)], Floats(p, 3), ("fn", "Lp"), ("channels", 1), ("inputShape", List(1, 4)), ("kernel", List(1, 2)),
            ("p", 1)),
        ["Push"] = p => PushedWindow(p),
        ["RNN"] = p =>
        {
            var h = p.State<float>(Hidden);
            Op(
                p,
                "RNN",
                [X(p, 3), Gated(p, 1, 3), Rows(p, 1), Gated(p, 1, Hidden), Rows(p, 1), Rows(p, 1), h],
                [.. Floats(p, Hidden), h],
                ("hidden", Hidden),
                ("input", 3));
        },
        ["RNN, of steps that come back"] = p => Op(
            p,
            "RNN",
            [X(p, 9), Gated(p, 1, 3), Rows(p, 1), Gated(p, 1, Hidden), Rows(p, 1), Rows(p, 1), p.Constant(Values.Random(Hidden)),
                Products(p, 1, steps: 4)],
            [.. Floats(p, 6 * Hidden), .. Floats(p, Hidden)],
            [.. NewSteps(turns: 1), ("hidden", Hidden), ("input", 3), ("steps", 6)]),
        ["Reduce"] = p => Op(p, "Reduce", [X(p, 6)], Floats(p, 2), ("fn", "L2"), ("outer", 1), ("count", 3), ("inner", 2)),
        ["Running"] = p => Op(p, "Running", [X(p, 2), p.State<float>(2, 2)], Floats(p, 2), ("fn", "mean"), ("size", 2)),
        ["ScatterElements"] = p => Op(
            p,
            "ScatterElements",
            [X(p, 6), p.Constant([0L, 1]), X(p, 2)],
            Floats(p, 6),
            ("shape", List(2, 3)),
            ("indexShape", List(2, 1)),
            ("axis", 1),
            ("reduction", "add")),
        ["ScatterND"] = p => Op(
            p,
            "ScatterND",
            [X(p, 6), p.Constant([1L]), X(p, 3)],
            Floats(p, 6),
            ("shape", List(2, 3)),
            ("indexShape", List(1, 1)),
            ("reduction", "max")),
        ["Softmax"] = p => Op(p, "Softmax", [X(p, 6)], Floats(p, 6), ("outer", 1), ("count", 3), ("inner", 2), ("log", 0)),
        ["StepCount"] = p => Op(p, "StepCount", [], Floats(p, 1), ("scale", 0.5f), ("offset", 1f)),
        ["Table"] = p => Op(
            p,
            "Table",
            [p.Constant(Values.Random(6))],
            Floats(p, 2),
            ("size", 2),
            ("rows", 3),
            ("beyond", "wrap"),
            ("start", 1)),
        ["TopK"] = p => Op(
            p,
            "TopK",
            [X(p, 6)],
            [.. Floats(p, 4), .. Longs(p, 4)],
            ("outer", 1),
            ("count", 3),
            ("inner", 2),
            ("k", 2),
            ("largest", 1)),
        ["Unary"] = p => Op(p, "Unary", [X(p, 3)], Floats(p, 3), ("fn", "HardSigmoid"), ("alpha", 0.3f), ("beta", 0.4f)),
        ["Unary, IsInf"] = p =>
        {
            var (isInf, y) = (p.Arena<byte>(3), p.Arena<long>(3));
            p.Op("Unary", [X(p, 3)], [isInf], ("fn", "IsInf"), ("detectNegative", 0));
            p.Op("Cast", [isInf], [y]);
            p.Output<long>("y", y, 0, 3);
        },
        ["Where"] = p => Op(
            p,
            "Where",
            [p.Constant<byte>([1, 0]), X(p, 4), X(p, 1)],
            Floats(p, 4),
            ("shape", List(2, 2)),
            ("cStrides", List(0, 1)),
            ("aStrides", List(2, 1)),
            ("bStrides", List(0, 0))),
        ["Window"] = p => Op(
            p,
            "Window",
            [X(p, 4), p.State(Values.Random(12), 3, 4)],
            Floats(p, 12),
            ("outer", 2),
            ("length", 3),
            ("inner", 2)),
    };

    public static IEnumerable<string> Names => Programs.Keys;

    public static TheoryData<string> All => [.. Programs.Keys];

    public static ProgramBuilder Program(string op)
    {
        var program = new ProgramBuilder();
        Programs[op](program);
        return program;
    }

    private static void PushedWindow(ProgramBuilder p)
    {
        var ring = p.State<float>(3, 2);
        var y = p.Arena<float>(6);
        var clock = p.Clock(2, 1);
        p.Op("Push", [X(p, 2), ring], [], ("size", 2), ("length", 3));
        p.OpAt(clock, "Window", [-1, ring], [y], ("outer", 1), ("length", 3), ("inner", 2), ("push", 0), ("inputRate", 1),
            ("inputOffset", 0));
        p.Output<float>("y", y, clock, 6);
    }

    private static void Op(ProgramBuilder program, string op, int[] inputs, int[] outputs,
        params (string Name, JsonNode Value)[] attributes) =>
        program.Op(op, inputs, outputs, attributes);

    private static int X(ProgramBuilder program, int length) => program.Input<float>($"x{program.ValueCount}", length);

    private static int Turns(ProgramBuilder program, int samples, bool inverse) =>
        program.Constant(FourierPlan.TryCreate(samples, out var plan) ? plan.Tables(inverse) : []);

    private static int Id(ProgramBuilder program) => program.Input<long>("id", 1);

    private static int[] Floats(ProgramBuilder program, int length)
    {
        var y = program.Arena<float>(length);
        program.Output<float>($"y{y}", y, 0, length);
        return [y];
    }

    private static int[] Longs(ProgramBuilder program, int length)
    {
        var y = program.Arena<long>(length);
        program.Output<long>($"y{y}", y, 0, length);
        return [y];
    }

    /// <summary>The ring of a recurrent op's products.</summary>
    private static int Products(ProgramBuilder program, int gates, int steps) =>
        program.State<float>(steps * PackedLayout.GatedRows(Hidden, gates));

    /// <summary>Three of six steps.</summary>
    private static (string Name, JsonNode Value)[] NewSteps(int turns) => [("head", 1), ("new", 1), ("tail", 1), ("turns", turns)];

    private static int KeyRing(ProgramBuilder program) => program.State<sbyte>(PackedLayout.LengthS8(Window, 4));

    private static int ValueRing(ProgramBuilder program) => program.State<sbyte>(PackedLayout.LengthS8(4, Window));

    private static int Gated(ProgramBuilder program, int gates, int columns) =>
        Packed.GatedS8(program, Values.RandomS8(gates * Hidden * columns), Hidden, gates, columns);

    private static int Rows(ProgramBuilder program, int gates) =>
        Packed.GatedRows(program, [.. Values.Random(gates * Hidden).Select(v => Math.Abs(v) * 0.01f)], Hidden, gates);
}
