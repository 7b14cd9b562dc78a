using System.Text.Json.Nodes;
using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Tests.Fixtures;

namespace EdgeSeq.Runtime.Tests.Ops;

public class AttentionTests
{
    private const int KeySize = 6;
    private const int ValueSize = 5;
    private const int Window = 4;
    private const int Steps = 7;
    private const float Scale = 0.4f;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    public void Attends_to_the_last_window_of_tokens(int heads, int kvHeads) =>
        RequireExact(heads, kvHeads, "none", null, 0, (_, _, _) => 0);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Adds_a_bias_by_distance(int biasHeads)
    {
        var bias = Values.Random(biasHeads * Window, 9);
        RequireExact(4, 2, "relative", bias, biasHeads, (head, t, token) => bias[(biasHeads == 1 ? 0 : head * Window) + t - token]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Adds_a_bias_by_position(int biasHeads)
    {
        const int rows = Window;
        var bias = Values.Random(biasHeads * rows * Window, 9);
        RequireExact(
            4,
            2,
            "absolute",
            bias,
            biasHeads,
            (head, t, token) => bias[((((biasHeads == 1 ? 0 : head) * rows) + t) * Window) + token],
            rows,
            steps: rows);
    }

    [Fact]
    public void Softcap_bounds_the_scores() =>
        RequireExact(2, 2, "none", null, 0, (_, _, _) => 0, attributes: [("softcap", 0.3f)], cap: s => 0.3 * Math.Tanh(s / 0.3));

    [Fact]
    public void Int8_rings_stay_near_float_rings()
    {
        using var floats = Runner(4, 2, quantised: false, "none", null, 0, 1, []);
        using var quantised = Runner(4, 2, quantised: true, "none", null, 0, 1, []);

        for (var t = 0; t < Steps; t++)
        {
            var token = Token(t, 4, 2);
            Near.Equal(floats.Step(token).Select(v => (double)v), quantised.Step(token), 0.02);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_query_of_which_every_key_is_hidden_gives_zeros(bool quantised)
    {
        float[] bias = [.. Enumerable.Range(0, Window * Window).Select(at => at / Window < 2 ? -1e36f : 0f)];
        using var op = Runner(4, 2, quantised, "absolute", bias, 1, Window, []);
        using var shown = Runner(4, 2, quantised, "none", null, 0, 1, []);
        for (var t = 0; t < Window; t++)
        {
            var (token, expected) = (Token(t, 4, 2), shown.Step(Token(t, 4, 2)));
            Assert.Equal(t < 2 ? new float[4 * ValueSize] : expected, op.Step(token));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_bias_of_each_key_stays_with_it_and_may_hide_it(bool quantised)
    {
        var given = new float[1];
        using var op = Runner(4, 2, quantised, "none", null, 0, 1, [], given);
        float[] table = [.. Enumerable.Range(0, Window * Window).Select(at => KeyBias(at % Window))];
        using var relative = Runner(4, 2, quantised, "absolute", table, 1, Window, []);
        for (var t = 0; t < Window; t++)
        {
            given[0] = KeyBias(t);
            Assert.Equal(relative.Step(Token(t, 4, 2)), op.Step([.. Token(t, 4, 2), given]));
        }

        static float KeyBias(int token) => token == 1 ? -1e36f : 0.3f * token;
    }

    private static void RequireExact(
        int heads,
        int kvHeads,
        string kind,
        float[]? bias,
        int biasHeads,
        Func<int, int, int, double> biasOf,
        int rows = 1,
        int steps = Steps,
        (string, JsonNode)[]? attributes = null,
        Func<double, double>? cap = null)
    {
        using var op = Runner(heads, kvHeads, quantised: false, kind, bias, biasHeads, rows, attributes ?? []);
        for (var t = 0; t < steps; t++)
        {
            var expected = Enumerable.Range(0, heads).SelectMany(head => Attended(t, head)).ToArray();
            Near.Equal(expected, op.Step(Token(t, heads, kvHeads)));
        }

        IEnumerable<double> Attended(int t, int head)
        {
            var tokens = Enumerable.Range(0, t + 1).Skip(Math.Max(0, t + 1 - Window)).ToArray();
            var kvHead = head / (heads / kvHeads);
            var q = Token(t, heads, kvHeads)[0].AsSpan(head * KeySize, KeySize).ToArray();
            var weights = tokens.Select(token =>
            {
                var k = Token(token, heads, kvHeads)[1].AsSpan(kvHead * KeySize, KeySize).ToArray();
                var score = q.Zip(k, (a, b) => (double)a * b).Sum() * Scale;
                return Math.Exp((cap?.Invoke(score) ?? score) + biasOf(head, t, token));
            }).ToArray();
            return Enumerable.Range(0, ValueSize).Select(i =>
                tokens.Zip(weights, (token, weight) => weight * Token(token, heads, kvHeads)[2][(kvHead * ValueSize) + i])
                .Sum() / weights.Sum());
        }
    }

    /// <summary>q, k and v of a step.</summary>
    private static float[][] Token(int t, int heads, int kvHeads) =>
    [
        Values.Random(heads * KeySize, 100 + t),
        Values.Random(kvHeads * KeySize, 200 + t),
        Values.Random(kvHeads * ValueSize, 300 + t),
    ];

    private static OpRunner Runner(
        int heads, int kvHeads, bool quantised, string kind, float[]? bias, int biasHeads, int rows, (string, JsonNode)[] attributes,
        float[]? keyBias = null)
    {
        var op = new OpRunner();
        var token = Token(0, heads, kvHeads);
        var (q, k, v) = (op.Input(token[0]), op.Input(token[1]), op.Input(token[2]));
        var given = keyBias is null ? -1 : op.Input(keyBias);
        var (keys, values, keyScale, valueScale) = quantised
            ? (op.Program.State<sbyte>(kvHeads * PackedLayout.LengthS8(Window, KeySize)),
                op.Program.State<sbyte>(kvHeads * PackedLayout.LengthS8(ValueSize, Window)),
                op.Program.State<float>(kvHeads, Window),
                op.Program.State<float>(kvHeads, Window))
            : (op.Program.State<float>(kvHeads * PackedLayout.LengthF32(Window, KeySize)),
                op.Program.State<float>(kvHeads * PackedLayout.LengthF32(ValueSize, Window)),
                -1,
                -1);
        var table = bias is null ? -1 : op.Program.Constant(bias);
        op.Op(
            "Attention",
            [q, k, v, keys, values, keyScale, valueScale, table, given, given < 0 ? -1 : op.Program.State<float>(Window)],
            [op.Output<float>(heads * ValueSize)],
            [
                ("heads", heads),
                ("kvHeads", kvHeads),
                ("keySize", KeySize),
                ("valueSize", ValueSize),
                ("window", Window),
                ("scale", Scale),
                ("bias", kind),
                ("biasHeads", biasHeads),
                ("rows", rows),
                .. attributes,
            ]);
        return op;
    }
}
