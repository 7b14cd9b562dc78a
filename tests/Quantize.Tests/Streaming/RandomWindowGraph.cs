using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>Grows a model of windows from a list of numbers, as people build them: convolutions with padding, pools, branches that are
/// added, and an end that takes the whole window or its last column. Wires are [1, channels, time].</summary>
internal sealed class RandomWindowGraph
{
    private const int Endings = 5;

    private readonly GraphBuilder _g = new();
    private string _x;
    private int _channels = 4;

    private RandomWindowGraph() => _x = _g.Transpose(_g.Input("x", 1, "time", 4), 0, 2, 1);

    public static GraphBuilder Of(IEnumerable<int> recipe, int ending)
    {
        var graph = new RandomWindowGraph();
        foreach (var number in recipe)
            graph.Grow(number % 12, new Random(number));
        graph.End(ending % Endings, new Random(ending));
        return graph._g;
    }

    private void Grow(int layer, Random random)
    {
        int kernel = random.Next(1, 6), dilation = random.Next(1, 3), channels = random.Next(3, 20), pad = (kernel - 1) * dilation;
        switch (layer)
        {
            case 0:
                Set(_g.Conv(_x, _channels, channels, kernel, pad / 2, pad - pad / 2, dilation), channels);
                break;
            case 1:
                Set(_g.Conv(_x, _channels, channels, kernel, random.Next(pad + 1), random.Next(pad + 1), dilation, random.Next(1, 3)),
                    channels);
                break;
            case 2:
                var branch = _g.Node("Relu", [_g.Conv(_x, _channels, channels, kernel, pad / 2, pad - pad / 2, dilation)]);
                Set(_g.Node("Add", [_x, _g.Conv(branch, channels, _channels, 3, 1, 1)]));
                break;
            case 3:
                Set(_g.Conv(_x, _channels, _channels, kernel, pad / 2, pad - pad / 2, dilation, groups: _channels));
                break;
            case 4:
                var wide = random.Next(1, 4);
                Set(_g.Node(random.Next(2) == 0 ? "MaxPool" : "AveragePool", [_x], ("kernel_shape", (long[])[wide + 1]),
                    ("strides", (long[])[random.Next(1, 3)]), ("pads", (long[])[random.Next(wide), random.Next(wide)])));
                break;
            case 5:
                Set(_g.Node(random.Next(2) == 0 ? "Relu" : "Tanh", [_x]));
                break;
            case 6:
                Set(_g.Node("BatchNormalization", [_x, _g.Weights([_channels]), _g.Weights([_channels]), _g.Weights([_channels]),
                    _g.Constant(OnnxTensor.FromFloats([.. Enumerable.Repeat(0.5f, _channels)], _channels))]));
                break;
            case 7:
                // Padded on both sides, cropped behind: what looks ahead is cut off again.
                var causal = _g.Conv(_x, _channels, _channels, kernel, pad, pad, dilation);
                Set(_g.Node("Add", [_x, pad == 0 ? causal : _g.Slice(causal, 2, 0, -pad)]));
                break;
            case 8:
                string[] modes = ["constant", "edge", "reflect"];
                var padded = _g.Node("Pad", [_x, _g.Ints(0, 0, pad, 0, 0, random.Next(2))], ("mode", modes[random.Next(3)]));
                Set(_g.Conv(padded, _channels, channels, kernel, dilation: dilation), channels);
                break;
            case 9:
                Set(_g.Node("Concat", [_g.Conv(_x, _channels, channels, 3, 1, 1), _x], ("axis", 1L)), channels + _channels);
                break;
            case 10:
                Set(_g.Slice(_x, 2, random.Next(3), random.Next(2) == 0 ? int.MaxValue : -random.Next(1, 3)));
                break;
            default:
                Set(_g.Node("Conv", [_x, _g.Weights([channels, _channels, kernel])], ("auto_pad", "SAME_UPPER"),
                    ("strides", (long[])[random.Next(1, 3)])), channels);
                break;
        }
    }

    private void End(int ending, Random random)
    {
        switch (ending)
        {
            case 0:
                _x = _g.Node("Gather", [_x, _g.Constant(OnnxTensor.Scalar(-1L))], ("axis", 2L));
                break;
            case 1:
                _x = _g.Node("ReduceMean", [_x], ("axes", (long[])[2]), ("keepdims", 0L));
                break;
            case 2:
                break;
            default:
                Recurrent(["LSTM", "GRU", "RNN"], random);
                break;
        }

        _g.Output(_x);
    }

    private void Recurrent(string[] ops, Random random)
    {
        var op = ops[random.Next(ops.Length)];
        string[] directions = ["forward", "reverse", "bidirectional"];
        var direction = directions[random.Next(3)];
        int gates = op == "LSTM" ? 4 : op == "GRU" ? 3 : 1, count = direction == "bidirectional" ? 2 : 1, hidden = random.Next(3, 40);
        var attributes = new List<(string, OnnxAttribute)> { ("hidden_size", (long)hidden), ("direction", direction) };
        if (op == "GRU")
            attributes.Add(("linear_before_reset", (long)random.Next(2)));
        if (random.Next(4) == 0)
            attributes.Add(("clip", 0.7f));
        _x = _g.Node(op, [_g.Transpose(_x, 2, 0, 1), _g.Weights([count, gates * hidden, _channels]),
            _g.Weights([count, gates * hidden, hidden], 0.2f), _g.Weights([count, 2 * gates * hidden])], op == "LSTM" ? 3 : 2,
            [.. attributes])[0];
    }

    private void Set(string wire, int? channels = null)
    {
        _x = wire;
        _channels = channels ?? _channels;
    }
}
