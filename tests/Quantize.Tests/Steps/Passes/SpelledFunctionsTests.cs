using EdgeSeq.Quantize.Conversion;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Tests.Steps.Passes;

/// <summary>Activations as exporters write them become one op; the program is compared with ONNX Runtime on the original at every
/// conversion.</summary>
public sealed class SpelledFunctionsTests : IDisposable
{
    private const float RootOfTwo = 1.41421356f;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Spellings => [.. Written.Keys];

    private static Dictionary<string, (string Function, Func<GraphBuilder, string, string> Write)> Written { get; } = new()
    {
        ["x·sigmoid(x)"] = ("Swish", (g, x) => g.Node("Mul", [x, g.Node("Sigmoid", [x])])),
        ["sigmoid(1.702x)·x"] = ("Swish", (g, x) => g.Node("Mul", [g.Node("Sigmoid", [g.Node("Mul", [x, g.Scalar(1.702f)])]), x])),
        ["x/(1 + exp(-x))"] = ("Swish", (g, x) =>
            g.Node("Div", [x, g.Node("Add", [g.Scalar(1), g.Node("Exp", [g.Node("Neg", [x])])])])),
        ["x·(1 + erf(x/√2))·0.5"] = ("Gelu", (g, x) => g.Node("Mul", [g.Node("Mul", [x, OnePlusErf(g, x)]), g.Scalar(0.5f)])),
        ["x·(0.5·(1 + erf(x/√2)))"] = ("Gelu", (g, x) => g.Node("Mul", [x, g.Node("Mul", [g.Scalar(0.5f), OnePlusErf(g, x)])])),
        ["0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))"] = ("GeluTanh", (g, x) =>
            g.Node("Mul", [g.Node("Mul", [g.Scalar(0.5f), x]), g.Node("Add", [g.Scalar(1), g.Node("Tanh", [g.Node("Mul", [
                g.Scalar(0.7978846f), g.Node("Add", [x, g.Node("Mul", [g.Scalar(0.044715f), g.Node("Pow", [x, g.Scalar(3)])])])])])])])),
        ["x·tanh(softplus(x))"] = ("Mish", (g, x) => g.Node("Mul", [x, g.Node("Tanh", [g.Node("Softplus", [x])])])),
        ["x·clip(x + 3, 0, 6)/6"] = ("HardSwish", (g, x) => g.Node("Div", [g.Node("Mul", [
            x, g.Node("Clip", [g.Node("Add", [x, g.Scalar(3)]), g.Scalar(0), g.Scalar(6)])]), g.Scalar(6)])),
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_spelled_activation_goes_into_the_layer_before_it(string spelling)
    {
        var (function, write) = Written[spelling];

        var op = Assert.Single(Ops(g => write(g, Layer(g))));

        Assert.Equal("Linear", op.Op);
        Assert.Equal(function, op.Attributes["activation"].GetString());
    }

    [Fact]
    public void A_function_of_another_factor_stays_spelled() =>
        Assert.DoesNotContain("Swish", Functions(Ops(g =>
        {
            var x = Layer(g);
            return g.Node("Mul", [x, g.Node("Sigmoid", [g.Node("Mul", [x, g.Scalar(1.01f)])])]);
        })));

    [Fact]
    public void A_gate_of_another_value_stays_a_product() =>
        Assert.DoesNotContain("Swish", Functions(Ops(g => g.Node("Mul", [Layer(g), g.Node("Sigmoid", [Layer(g, "gate")])]))));

    [Fact]
    public void A_part_that_is_read_elsewhere_too_stays()
    {
        var ops = Ops(g =>
        {
            var x = Layer(g);
            var gate = g.Node("Sigmoid", [x]);
            g.Output(gate);
            return g.Node("Mul", [x, gate]);
        });

        Assert.Contains("Sigmoid", Functions(ops));
    }

    private static string Layer(GraphBuilder g, string input = "x") => g.Node("MatMul", [g.Input(input, 1, 8), g.Weights([8, 6], 2)]);

    private static string OnePlusErf(GraphBuilder g, string x) =>
        g.Node("Add", [g.Node("Erf", [g.Node("Div", [x, g.Scalar(RootOfTwo)])]), g.Scalar(1)]);

    private static IEnumerable<string?> Functions(IEnumerable<OpSpec> ops) => ops.SelectMany(op => op.Attributes)
        .Where(attribute => attribute.Key is "fn" or "activation").Select(attribute => attribute.Value.GetString());

    private OpSpec[] Ops(Func<GraphBuilder, string> write)
    {
        var g = new GraphBuilder();
        g.Output(write(g));
        var result = Converter.Convert(_folder.Write("model.onnx", g.ToBytes()), new ConvertOptions { Precision = ConvertPrecision.F32 });
        using var model = Runtime.Sessions.Model.Load(result.Program, "test");
        return [.. model.Program.Ops];
    }
}
