using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Grows a causal graph from a list of numbers: each chooses a layer and its parameters. Wires are [1, time, channels].</summary>
internal sealed class RandomGraph
{
    private readonly GraphBuilder _g = new();
    private string _x;
    private int _channels = 4;

    /// <summary>Elements at the end depend on inputs that are still to come, so nothing may ask for the last of them.</summary>
    private bool _hasTail;

    private RandomGraph() => _x = _g.Input("x", 1, "time", 4);

    public static GraphBuilder Of(IEnumerable<int> recipe, int ending)
    {
        var graph = new RandomGraph();
        foreach (var number in recipe)
            graph.Grow(number % 20, new Random(number));
        graph.End(ending);
        return graph._g;
    }

    private void Grow(int layer, Random random)
    {
        int kernel = random.Next(1, 5), dilation = random.Next(1, 4), channels = random.Next(2, 7);
        switch (layer)
        {
            case 0:
                Set(_g.Linear(_x, _channels, channels), channels);
                break;
            case 1:
                string[] activations = ["Relu", "Tanh", "Sigmoid", "Elu", "HardSwish", "Softplus", "Erf", "Abs"];
                Set(_g.Node(activations[random.Next(activations.Length)], [_x]));
                break;
            case 2:
                Set(_g.LayerNorm(_x, _channels));
                break;
            case 3:
                Set(_g.Node("Add", [_x, Convolved(x =>
                    _g.CausalConv(x, _channels, _channels, kernel, dilation, groups: random.Next(2) == 0 ? 1 : _channels))]));
                break;
            case 4:
                Set(Convolved(x => _g.Conv(x, _channels, channels, kernel, dilation: dilation)), channels);
                break;
            case 5:
                Set(Convolved(x => _g.CausalConv(x, _channels, channels, kernel, dilation, stride: 2)), channels);
                break;
            case 6:
                Set(_g.Node("Add", [_x, Convolved(x => _g.Conv(x, _channels, _channels, (2 * dilation) + 1, dilation, dilation))]));
                _hasTail = true;
                break;
            case 7:
                Set(_g.Lstm(_x, _channels, channels), channels);
                break;
            case 8:
                Set(_g.Node("Add", [_x, Attended()]));
                break;
            case 9:
                Set(Convolved(x => _g.Node("MaxPool", [x], ("kernel_shape", (long[])[2]), ("strides", (long[])[random.Next(1, 3)]),
                    ("pads", (long[])[1, 0]))));
                break;
            case 10:
                Set(_g.Node("Mul", [_g.Node("CumSum", [_x, _g.Constant(OnnxTensor.Scalar(1L))]), _g.Scalar(0.1f)]));
                break;
            case 11:
                Set(_g.Slice(_x, 1, dilation, int.MaxValue));
                break;
            case 12:
                var halves = _g.Node("Split", [_x, _g.Ints(1, _channels - 1)], 2, ("axis", 2L));
                Set(_g.Node("Concat", [halves[1], halves[0]], ("axis", 2L)));
                break;
            case 13:
                Set(_g.Slice(_g.Node("Pad", [_x, _g.Ints(0, dilation, 0, 0, 0, 0), _g.Scalar(random.Next(2))]), 1, 0, -dilation));
                break;
            case 14:
                Set(_g.Node("Add",
                    [_x, _g.Node("Slice", [_g.Weights([1, 64, _channels]), _g.Ints(0), _g.Unsqueeze(_g.Length(_x, 1), 0), _g.Ints(1)])]));
                break;
            case 15:
                Set(_g.Node("Sub", [_g.Slice(_x, 1, dilation, int.MaxValue), _g.Slice(_x, 1, 0, -dilation)]));
                break;
            case 16:
                Set(_g.Slice(_g.Node("Pad", [_x, _g.Ints(0, dilation, 0, 0, 0, 0)], ("mode", "edge")), 1, 0, -dilation));
                break;
            case 17:
                Set(_g.Node("Sub", [_x, _g.Slice(_x, 1, 0, 1)]));
                break;
            case 18:
                var changes = _g.Node("Sub", [_g.Slice(_x, 1, 1, int.MaxValue), _g.Slice(_x, 1, 0, -1)]);
                Set(_g.Node("Add", [_x, _g.Node("Concat",
                    [_g.Constant(OnnxTensor.FromFloats(new float[_channels], 1, 1, _channels)), changes], ("axis", 1L))]));
                break;
            default:
                Set(_g.Node("Concat", [_x, _g.Node("ReduceMax", [_x], ("axes", (long[])[2]))], ("axis", 2L)), _channels + 1);
                break;
        }
    }

    private void End(int ending)
    {
        switch (_hasTail ? 0 : ending % 5)
        {
            case 1:
                Set(_g.Node("Gather", [_x, _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 1L)));
                break;
            case 2:
                Set(_g.Node("ReduceMean", [_x], ("axes", (long[])[1]), ("keepdims", 0L)));
                break;
            case 4:
                var centred = _g.Node("Sub", [_x, _g.Node("ReduceMean", [_x], ("axes", (long[])[1]))]);
                Set(_g.Node("ReduceMean", [_g.Node("Mul", [centred, centred])], ("axes", (long[])[1])));
                break;
            case 3:
                var weights = _g.Node("Softmax", [_g.Linear(_x, _channels, 1)], ("axis", 1L));
                Set(_g.Node("ReduceSum", [_g.Node("Mul", [weights, _x]), _g.Ints(1)]));
                break;
        }

        _g.Output(_g.Node("Tanh", [_x]));
    }

    private string Convolved(Func<string, string> layer) => _g.Transpose(layer(_g.Transpose(_x, 0, 2, 1)), 0, 2, 1);

    private string Attended()
    {
        var x = _x;
        string Head(string wire) => _g.Unsqueeze(wire, 1);
        var y = _g.Attend(
            Head(_g.Linear(x, _channels, _channels)), Head(_g.Linear(x, _channels, _channels)), Head(x), _channels, scores =>
            _g.Causal(x, scores));
        return _g.Node("Squeeze", [y, _g.Ints(1)]);
    }

    private void Set(string x, int? channels = null)
    {
        _x = x;
        _channels = channels ?? _channels;
    }
}
