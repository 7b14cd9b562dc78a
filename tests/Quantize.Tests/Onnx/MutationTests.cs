using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Onnx;

/// <summary>Damaged files: reading them may succeed or fail with a typed error, nothing else.</summary>
public sealed class MutationTests
{
    private const int MutantsPerModel = 1000;

    public static TheoryData<string> Models => ["recurrent", "branches", "convolution"];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_damaged_file_gives_a_typed_error_or_a_graph(string name)
    {
        using var folder = new TemporaryFolder();
        var original = Build(name).ToBytes();
        var random = new Random(42);
        for (var i = 0; i < MutantsPerModel; i++)
        {
            var path = folder.Write("mutant.onnx", Mutate(original, random));
            var unexpected = Record.Exception(() => OnnxModel.Load(path));
            Assert.True(unexpected is null or EdgeSeqException, $"mutant {i}: {unexpected}");
        }
    }

    /// <summary>Flips bits, overwrites, removes or repeats a few bytes.</summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)));
                    break;
            }
        }

        return [.. bytes];
    }

    private static GraphBuilder Build(string name) => name switch
    {
        "recurrent" => Recurrent(),
        "branches" => Branches(),
        _ => Convolution(),
    };

    private static GraphBuilder Recurrent()
    {
        var builder = new GraphBuilder(opset: 14);
        var x = builder.Input("x", "time", 1, 2);
        var states = builder.Node("LSTM", [x, builder.Weights([1, 8, 2]), builder.Weights([1, 8, 2])], 3, ("hidden_size", 2L));
        var squeezed = builder.Node("Squeeze", [states[0], builder.Ints(1)]);
        return builder.Output(builder.Node("Softmax", [squeezed], ("axis", -1L)));
    }

    private static GraphBuilder Branches()
    {
        var builder = new GraphBuilder(opset: 12);
        var x = builder.Input("x", 2, 3);
        var yes = builder.Subgraph("yes", branch => [branch.Node("Softmax", [x])]);
        var no = builder.Subgraph("no", branch => [branch.Node("Add", [x, branch.Weights([2, 3])])]);
        var condition = builder.Node("Cast", [builder.Node("ReduceSum", [x], ("keepdims", 0L))], ("to", (long)OnnxElementType.Bool));
        return builder.Output(builder.Node("If", [condition], ("then_branch", yes), ("else_branch", no)));
    }

    private static GraphBuilder Convolution()
    {
        var builder = new GraphBuilder(opset: 10);
        var padded = builder.Node("Pad", [builder.Input("x", 1, 2, "time")], ("pads", new long[] { 0, 0, 2, 0, 0, 0 }));
        var filtered = builder.Node("Conv", [padded, builder.Weights([4, 2, 3])], ("kernel_shape", new long[] { 3 }));
        return builder.Output(builder.Node("Clip", [filtered], ("min", 0f), ("max", 6f)));
    }
}
