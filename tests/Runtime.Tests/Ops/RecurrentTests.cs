using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Tests.Fixtures;
using static EdgeSeq.Runtime.Tests.Fixtures.ProgramBuilder;

namespace EdgeSeq.Runtime.Tests.Ops;

public class RecurrentTests
{
    private const int InputSize = 3;
    private const int Hidden = 18;
    private const int Steps = 6;

    [Fact]
    public void LSTM_follows_ONNX() => RequireLstm(Layer.Random(4), []);

    [Fact]
    public void LSTM_with_peepholes_follows_ONNX() => RequireLstm(Layer.Random(4, peephole: true), []);

    [Fact]
    public void LSTM_clips_what_goes_into_the_gates() => RequireLstm(Layer.Random(4, clip: 0.2f), [("clip", 0.2f)]);

    [Fact]
    public void LSTM_may_couple_input_and_forget_gates() => RequireLstm(Layer.Random(4, inputForget: true), [("inputForget", 1)]);

    [Fact]
    public void LSTM_takes_other_activations() => RequireLstm(
        Layer.Random(4, f: x => Math.Clamp((0.3 * x) + 0.4, 0, 1), g: x => x / (1 + Math.Abs(x)), h: x => 0.5 * Math.Tanh(2 * x)),
        [
            ("activations", List("HardSigmoid", "Softsign", "ScaledTanh")),
            ("alpha", List(0.3f, 0, 0.5f)),
            ("beta", List(0.4f, 0, 2f)),
        ]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GRU_follows_ONNX(bool linearBeforeReset) =>
        RequireGru(Layer.Random(3, linearBeforeReset: linearBeforeReset), [("linearBeforeReset", linearBeforeReset ? 1 : 0)]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void GRU_takes_clip_and_other_activations(bool linearBeforeReset) => RequireGru(
        Layer.Random(3, clip: 0.5f, linearBeforeReset: linearBeforeReset, g: x => (2 * x) + 0.1),
        [
            ("linearBeforeReset", linearBeforeReset ? 1 : 0),
            ("clip", 0.5f),
            ("activations", List("Sigmoid", "Affine")),
            ("alpha", List(0, 2f)),
            ("beta", List(0, 0.1f)),
        ]);

    [Fact]
    public void RNN_follows_ONNX() => RequireRnn(Layer.Random(1), []);

    [Fact]
    public void RNN_takes_other_activations() =>
        RequireRnn(Layer.Random(1, g: x => Math.Max(0, x)), [("activations", List("Relu"))]);

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void An_int8_layer_stays_near_the_float_layer(string op, int gates)
    {
        var exact = Layer.Random(gates);
        using var floats = exact.Runner(op, quantised: false, [("steps", 1)]);
        using var quantised = exact.Runner(op, quantised: true, [("steps", 1)]);

        for (var t = 0; t < Steps; t++)
        {
            var x = Values.Random(InputSize, 20 + t);
            Near.Equal(floats.Step(x).Select(v => (double)v), quantised.Step(x), 0.03);
        }
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void A_layer_without_biases_is_one_with_biases_of_zero(string op, int gates)
    {
        var random = Layer.Random(gates);
        var layer = random with { WBias = new float[random.WBias.Length], RBias = new float[random.RBias.Length] };
        using var zeros = layer.Runner(op, quantised: true, []);
        using var without = layer.Runner(op, quantised: true, [], hasBiases: false);

        for (var t = 0; t < Steps; t++)
        {
            var x = Values.Random(InputSize, 20 + t);
            Assert.Equal(zeros.Step(x).ToArray(), without.Step(x).ToArray());
        }
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Activations_of_16_bits_come_nearer_to_the_float_layer(string op, int gates)
    {
        var exact = Layer.Random(gates);
        using var floats = exact.Runner(op, quantised: false, [("steps", 1)]);
        using var narrow = exact.Runner(op, quantised: true, [("steps", 1)]);
        using var wide = exact.Runner(op, quantised: true, [("steps", 1), ("activationBits", 16)]);
        double narrowError = 0, wideError = 0;

        for (var t = 0; t < Steps; t++)
        {
            var x = Values.Random(InputSize, 20 + t);
            var expected = floats.Step(x).ToArray();
            narrowError += expected.Zip(narrow.Step(x).ToArray(), (a, b) => Math.Pow(a - b, 2)).Sum();
            wideError += expected.Zip(wide.Step(x).ToArray(), (a, b) => Math.Pow(a - b, 2)).Sum();
        }

        Assert.True(wideError < narrowError, $"{wideError} against {narrowError}");
    }

    [Theory]
    [InlineData("LSTM", 4, false)]
    [InlineData("LSTM", 4, true)]
    [InlineData("GRU", 3, false)]
    [InlineData("GRU", 3, true)]
    [InlineData("RNN", 1, false)]
    [InlineData("RNN", 1, true)]
    public void The_composed_cell_equals_the_fused_one(string op, int gates, bool quantised)
    {
        var layer = Layer.Random(gates);
        using var fused = layer.Runner(op, quantised, []);
        using var composed = layer.Runner(op, quantised, [("clip", 1e6f)]);

        for (var t = 0; t < Steps; t++)
        {
            var x = Values.Random(InputSize, 20 + t);
            Near.Equal(fused.Step(x).Select(v => (double)v), composed.Step(x));
        }
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Several_steps_in_one_equal_step_by_step(string op, int gates)
    {
        var layer = Layer.Random(gates);
        float[][] xs = [.. Enumerable.Range(0, Steps).Select(t => Values.Random(InputSize, 20 + t))];
        using var single = layer.Runner(op, quantised: false, []);
        using var whole = layer.Runner(op, quantised: false, [("steps", Steps)], Steps);

        float[] expected = [.. xs.SelectMany(x => single.Step(x))];
        Assert.Equal(expected, whole.Step([.. xs.SelectMany(x => x)]));
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Reverse_runs_from_the_last_step_to_the_first(string op, int gates)
    {
        var layer = Layer.Random(gates);
        float[][] xs = [.. Enumerable.Range(0, Steps).Select(t => Values.Random(InputSize, 20 + t))];
        using var single = layer.Runner(op, quantised: false, []);
        using var whole = layer.Runner(op, quantised: false, [("steps", Steps), ("reverse", 1)], Steps);

        float[] expected = [.. xs.Reverse().Select(x => single.Step(x)).Reverse().SelectMany(y => y)];
        Assert.Equal(expected, whole.Step([.. xs.SelectMany(x => x)]));
    }

    /// <summary>A large W meets the x of many steps at once.</summary>
    [Theory]
    [InlineData("LSTM", 4, false, 0)]
    [InlineData("LSTM", 4, true, 1)]
    [InlineData("GRU", 3, false, 1)]
    [InlineData("GRU", 3, true, 0)]
    [InlineData("RNN", 1, false, 0)]
    [InlineData("RNN", 1, true, 1)]
    public void Several_steps_of_a_large_layer_equal_step_by_step(string op, int gates, bool quantised, int reverse)
    {
        const int LargeInput = 4096;
        const int ManySteps = 20;
        var layer = Layer.Random(gates, input: LargeInput);
        float[][] xs = [.. Enumerable.Range(0, ManySteps).Select(t => Values.Random(2 * LargeInput, 20 + t))];
        using var single = layer.Runner(op, quantised, Attributes(), batch: 2);
        using var whole = layer.Runner(op, quantised, [.. Attributes(), ("steps", ManySteps), ("reverse", reverse)], ManySteps, batch: 2);

        var inOrder = reverse == 1 ? xs.Reverse() : xs;
        var outputs = inOrder.Select(x => single.Step(x).ToArray());
        float[] expected = [.. (reverse == 1 ? outputs.Reverse() : outputs).SelectMany(y => y)];
        Assert.Equal(expected, whole.Step([.. xs.SelectMany(x => x)]));

        (string, JsonNode)[] Attributes() => op == "GRU" ? [("batch", 2), ("linearBeforeReset", 1)] : [("batch", 2)];
    }

    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Elements_of_a_batch_keep_their_own_state(string op, int gates)
    {
        var layer = Layer.Random(gates);
        using var a = layer.Runner(op, quantised: false, []);
        using var b = layer.Runner(op, quantised: false, []);
        using var both = layer.Runner(op, quantised: false, [("batch", 2)], 1, batch: 2);

        for (var t = 0; t < Steps; t++)
        {
            var (xa, xb) = (Values.Random(InputSize, 20 + t), Values.Random(InputSize, 40 + t));
            float[] expected = [.. a.Step(xa), .. b.Step(xb)];
            Assert.Equal(expected, both.Step([.. xa, .. xb]));
        }
    }

    /// <summary>What a window repeats of an earlier one is not multiplied again: same bits, in whatever turns, from either end.</summary>
    [Theory]
    [InlineData("LSTM", 4)]
    [InlineData("GRU", 3)]
    [InlineData("RNN", 1)]
    public void Known_products_give_the_bits_of_all_steps(string op, int gates)
    {
        var layer = Layer.Random(gates);
        foreach (var quantised in new[] { false, true })
        {
            RequireKnown(layer, op, quantised, new(1, 2, 3, 1), []);
            RequireKnown(layer, op, quantised, new(0, 1, 0, 1), [("reverse", 1)]);
            RequireKnown(layer, op, quantised, new(2, 1, 1, 3), [("clip", 0.5f)]);
            if (op == "GRU")
                RequireKnown(layer, op, quantised, new(1, 3, 0, 1), [("linearBeforeReset", 1)]);
        }

        RequireKnown(layer, op, quantised: true, new(0, 2, 1, 2), [("activationBits", 16)]);
    }

    private static void RequireKnown(Layer layer, string op, bool quantised, Repeated repeated, (string, JsonNode)[] attributes)
    {
        const int Length = 9, Windows = 20;
        var (head, fresh, tail, turns) = repeated;
        var inner = Length - head - tail;
        (string, JsonNode)[] same = [.. attributes.Select(attribute => (attribute.Item1, attribute.Item2.DeepClone()))];
        using var whole = layer.Runner(op, quantised, [.. same, ("steps", Length)], Length, fromZeros: true);
        using var kept = layer.Runner(op, quantised, [.. attributes, ("steps", Length), ("head", head), ("new", fresh), ("tail", tail),
            ("turns", turns)], head + fresh + tail, fromZeros: true, outSteps: Length, ring: turns * inner);
        var lines = Enumerable.Range(0, turns).Select(_ => Enumerable.Repeat(new float[InputSize], inner).ToList()).ToArray();
        for (var window = 0; window < Windows; window++)
        {
            var line = lines[window % turns];
            line.RemoveRange(0, fresh);
            line.AddRange(Random(fresh, window));
            float[] first = [.. Random(head, 100 + window).SelectMany(x => x)], last = [.. Random(tail, 200 + window).SelectMany(x => x)];
            float[] expected = [.. whole.Step([.. first, .. line.SelectMany(x => x), .. last])];
            float[] given = [.. kept.Step([.. first, .. line.Skip(inner - fresh).SelectMany(x => x), .. last])];
            // Before, the ring has no steps but zeros.
            if (window >= turns * (inner + fresh - 1) / fresh)
                Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), given.Select(BitConverter.SingleToInt32Bits));
        }

        static IEnumerable<float[]> Random(int count, int seed) =>
            Enumerable.Range(0, count).Select(i => Values.Random(InputSize, (seed * 10) + i));
    }

    private static void RequireLstm(Layer layer, (string, JsonNode)[] attributes)
    {
        using var op = layer.Runner("LSTM", quantised: false, attributes);
        var (h, c) = (new double[Hidden], new double[Hidden]);
        for (var t = 0; t < Steps; t++)
        {
            var x = Values.Random(InputSize, 20 + t);
            (h, c) = layer.Exact.Lstm(Doubles(x), h, c);
            Near.Equal(h, op.Step(x));
        }
    }

    private static void RequireGru(Layer layer, (string, JsonNode)[] attributes)
    {
        using var op = layer.Runner("GRU", quantised: false, attributes);
        var h = new double[Hidden];
        for (var t = 0; t < Steps; t++)
        {
            var x = Values.Random(InputSize, 20 + t);
            h = layer.Exact.Gru(Doubles(x), h);
            Near.Equal(h, op.Step(x));
        }
    }

    private static void RequireRnn(Layer layer, (string, JsonNode)[] attributes)
    {
        using var op = layer.Runner("RNN", quantised: false, attributes);
        var h = new double[Hidden];
        for (var t = 0; t < Steps; t++)
        {
            var x = Values.Random(InputSize, 20 + t);
            h = layer.Exact.Rnn(Doubles(x), h);
            Near.Equal(h, op.Step(x));
        }
    }

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    /// <summary>First steps that are new in each window, steps by which the others move on, last ones that are new, and windows from
    /// one to the next that continues its steps.</summary>
    private readonly record struct Repeated(int Head, int Fresh, int Tail, int Turns);

    /// <summary>Weights of one layer, as an op and as exact arithmetic.</summary>
    private sealed record Layer(int Gates, int Input, float[] W, float[] R, float[] WBias, float[] RBias, float[]? Peephole,
        Recurrence Exact)
    {
        public static Layer Random(
            int gates,
            int input = InputSize,
            bool peephole = false,
            float? clip = null,
            bool inputForget = false,
            bool linearBeforeReset = false,
            Func<double, double>? f = null,
            Func<double, double>? g = null,
            Func<double, double>? h = null)
        {
            var rows = gates * Hidden;
            var w = Values.Random(rows * input, 1);
            float[] r = [.. Values.Random(rows * Hidden, 2).Select(v => v * 0.3f)];
            var wBias = Values.Random(rows, 3);
            var rBias = gates == 3 ? Values.Random(rows, 4) : new float[rows];
            var peepholes = peephole ? Values.Random(3 * Hidden, 5) : null;
            var exact = new Recurrence(w, r, wBias, rBias, input, Hidden)
            {
                Peephole = peepholes,
                Clip = clip ?? double.MaxValue,
                InputForget = inputForget,
                LinearBeforeReset = linearBeforeReset,
                F = f ?? Recurrence.Sigmoid,
                G = g ?? Math.Tanh,
                H = h ?? Math.Tanh,
            };
            return new Layer(gates, input, w, r, wBias, rBias, peepholes, exact);
        }

        /// <param name="steps">Of x.</param>
        /// <param name="fromZeros">Each step of the program starts anew, instead of where the one before ended.</param>
        /// <param name="outSteps">Of y, where it has more than x.</param>
        /// <param name="ring">Steps whose products are kept.</param>
        public OpRunner Runner(string name, bool quantised, (string, JsonNode)[] attributes, int steps = 1, int batch = 1,
            bool hasBiases = true, bool fromZeros = false, int? outSteps = null, int ring = 0)
        {
            var op = new OpRunner();
            var x = op.Input(new float[steps * batch * Input]);
            var y = op.Output<float>((outSteps ?? steps) * batch * Hidden);
            var (w, wScale) = Matrix(op.Program, W, Input, quantised);
            var (r, rScale) = Matrix(op.Program, R, Hidden, quantised);
            var bias = hasBiases ? Packed.GatedRows(op.Program, WBias, Hidden, Gates) : -1;
            var (h, hn) = State(op.Program, batch, fromZeros);
            int[] products = ring == 0 ? [] : [op.Program.State<float>(ring * batch * PackedLayout.GatedRows(Hidden, Gates))];
            (string, JsonNode)[] all = [("hidden", Hidden), ("input", Input), .. attributes];
            switch (name)
            {
                case "LSTM":
                    var (c, cn) = State(op.Program, batch, fromZeros);
                    var peephole = Peephole is null ? -1 : Packed.GatedRows(op.Program, Peephole, Hidden, 3);
                    op.Op(name, [x, w, wScale, r, rScale, bias, peephole, h, c, .. products], [y, hn, cn], all);
                    break;
                case "GRU":
                    var rBias = hasBiases ? Packed.GatedRows(op.Program, RBias, Hidden, Gates) : -1;
                    op.Op(name, [x, w, wScale, r, rScale, bias, rBias, h, .. products], [y, hn], all);
                    break;
                default:
                    op.Op(name, [x, w, wScale, r, rScale, bias, h, .. products], [y, hn], all);
                    break;
            }

            return op;
        }

        private static (int Start, int End) State(ProgramBuilder program, int batch, bool fromZeros)
        {
            if (fromZeros)
                return (program.Constant(new float[batch * Hidden]), program.Arena<float>(batch * Hidden));
            var state = program.State<float>(batch, Hidden);
            return (state, state);
        }

        private (int Weights, int Scale) Matrix(ProgramBuilder program, float[] weights, int columns, bool quantised)
        {
            if (!quantised)
                return (Packed.GatedF32(program, weights, Hidden, Gates, columns), -1);
            var scale = new float[Gates * Hidden];
            var rounded = new sbyte[weights.Length];
            for (var row = 0; row < scale.Length; row++)
            {
                scale[row] = weights.Skip(row * columns).Take(columns).Max(Math.Abs) / 127;
                for (var column = 0; column < columns; column++)
                    rounded[(row * columns) + column] = (sbyte)MathF.Round(weights[(row * columns) + column] / scale[row]);
            }

            return (Packed.GatedS8(program, rounded, Hidden, Gates, columns), Packed.GatedRows(program, scale, Hidden, Gates));
        }
    }
}
