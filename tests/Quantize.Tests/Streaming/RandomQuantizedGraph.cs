using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>
/// Grows a graph of layers with QuantizeLinear and DequantizeLinear at any of its edges from a list of numbers. Wires are
/// [1, channels, time]. Scales are powers of two, so that sums of codes are exact and the same numbers are rounded on every machine.
/// </summary>
internal sealed class RandomQuantizedGraph
{
    private const int Layers = 10;

    private static readonly float[] Scales = [1f / 128, 1f / 64, 1f / 32, 1f / 16];

    private readonly GraphBuilder _g = new(opset: 19);
    private Random _random = new(0);
    private string _x;
    private int _channels = 3;

    private int? _ahead = 0;

    private RandomQuantizedGraph() => _x = Rounded(_g.Input("x", 1, 3, "time"));

    /// <returns>Also the elements that the layers must wait for; null where some of that is made up for.</returns>
    public static (GraphBuilder Graph, int? Ahead) Of(IEnumerable<int> recipe)
    {
        var graph = new RandomQuantizedGraph();
        foreach (var number in recipe)
        {
            graph._random = new Random(number);
            graph.Grow(number % Layers);
        }

        return (graph._g.Output(graph._g.Node("Tanh", [graph.Edge(graph._x)])), graph._ahead);
    }

    private void Grow(int layer)
    {
        int kernel = _random.Next(1, 5), dilation = _random.Next(1, 4), channels = _random.Next(2, 5);
        var lead = (kernel - 1) * dilation;
        switch (layer)
        {
            case 0:
                Set(Convolved(Edge(Padded(Edge(_x), lead)), channels, kernel, dilation, 0), channels);
                break;
            case 1:
                Set(Convolved(Edge(_x), channels, kernel, dilation, lead), channels);
                break;
            case 2:
                Set(AlongFeatures(x => _g.Node("MatMul", [x, Weights([_channels, channels], 1)]), channels), channels);
                break;
            case 3:
                Set(_g.Node(_random.Next(2) == 0 ? "Relu" : "LeakyRelu", [Edge(_x)]));
                break;
            case 4:
                Set(_g.Node("Add", [Edge(_x), Edge(Convolved(Edge(_x), _channels, kernel, dilation, lead))]));
                break;
            case 5:
                Set(_g.Node("Concat", [Edge(_x), Edge(Convolved(Edge(_x), channels, kernel, dilation, lead))], ("axis", 1L)),
                    _channels + channels);
                break;
            case 6:
                Set(AlongFeatures(x => Recurrent(x, channels), channels), channels);
                break;
            case 7:
                Set(_g.Node("MaxPool", [Edge(Padded(Edge(_x), 1))], ("kernel_shape", (long[])[2])));
                break;
            case 8:
                Set(_g.Node("Add", [Edge(_x), Edge(Convolved(Edge(_x), _channels, 3, dilation, dilation, dilation))]));
                _ahead += dilation;
                break;
            default:
                Set(_g.Node("Mul", [Edge(_x), Edge(_g.Node("Sigmoid", [Edge(_x)]))]));
                break;
        }
    }

    /// <summary>A wire as it is, rounded, or rounded twice in a row.</summary>
    private string Edge(string x)
    {
        for (var times = _random.Next(3); times > 0; times--)
            x = Rounded(x);

        return x;
    }

    /// <summary>To codes and back; what only moves elements, and a delay, may stand between.</summary>
    private string Rounded(string x)
    {
        var type = _random.Next(2) == 0 ? OnnxElementType.UInt8 : OnnxElementType.Int8;
        var zero = type == OnnxElementType.UInt8 ? _random.Next(100, 157) : _random.Next(-28, 29);
        string scale = _g.Scalar(Scales[_random.Next(Scales.Length)]), point = _g.Constant(OnnxTensor.Scalar((long)zero).Cast(type));
        var codes = _g.Node("QuantizeLinear", [x, scale, point]);
        codes = _random.Next(6) switch
        {
            0 => _g.Transpose(_g.Node("Identity", [_g.Transpose(codes, 0, 2, 1)]), 0, 2, 1),
            1 => Shifted(codes, point),
            _ => codes,
        };
        return _g.Node("DequantizeLinear", [codes, scale, point]);
    }

    private string Shifted(string codes, string point)
    {
        _ahead = null;
        return _g.Slice(_g.Node("Pad", [codes, _g.Ints(0, 0, 2, 0, 0, 0), point]), 2, 0, -2);
    }

    private string Padded(string x, int lead) => _g.Node("Pad", [x, _g.Ints(0, 0, lead, 0, 0, 0), _g.Scalar(_random.Next(3) * 0.5f)]);

    private string Convolved(string x, int channels, int kernel, int dilation, int left, int right = 0) => _g.Node("Conv",
        [x, Weights([channels, _channels, kernel], 0)], ("pads", (long[])[left, right]), ("dilations", (long[])[dilation]));

    private string AlongFeatures(Func<string, string> layer, int channels) =>
        _g.Transpose(Edge(layer(Edge(_g.Transpose(_x, 0, 2, 1)))), 0, 2, 1);

    private string Recurrent(string x, int hidden)
    {
        var (type, gates) = _random.Next(2) == 0 ? ("LSTM", 4) : ("GRU", 3);
        string w = Weights([1, gates * hidden, _channels], 1), r = Weights([1, gates * hidden, hidden], 1);
        var y = _g.Node(type, [_g.Transpose(x, 1, 0, 2), w, r], type == "LSTM" ? 3 : 2, ("hidden_size", (long)hidden))[0];
        return _g.Transpose(_g.Node("Squeeze", [y, _g.Ints(1)]), 1, 0, 2);
    }

    /// <summary>Codes of weights with one scale, or one for each index of an axis.</summary>
    private string Weights(long[] dims, int axis)
    {
        var count = _random.Next(2) == 0 ? 1 : (int)dims[axis];
        var isSigned = _random.Next(2) == 0;
        var type = isSigned ? OnnxElementType.Int8 : OnnxElementType.UInt8;
        OnnxTensor Vector(Func<long> value) => OnnxTensor.FromInts([.. Enumerable.Range(0, count).Select(_ => value())],
            count == 1 ? [] : [count]).Cast(type);
        var codes = OnnxTensor.FromInts([.. Enumerable.Range(0, (int)dims.Aggregate(1L, (a, b) => a * b))
            .Select(_ => (long)_random.Next(isSigned ? -128 : 0, isSigned ? 128 : 256))], dims).Cast(type);
        var scales = OnnxTensor.FromFloats([.. Enumerable.Range(0, count).Select(_ => Scales[_random.Next(2)] / 2)],
            count == 1 ? [] : [count]);
        return _g.Node("DequantizeLinear", [_g.Constant(codes), _g.Constant(scales),
            _g.Constant(Vector(() => isSigned ? _random.Next(-9, 10) : _random.Next(119, 138)))], ("axis", (long)axis));
    }

    private void Set(string x, int? channels = null)
    {
        _x = x;
        _channels = channels ?? _channels;
    }
}
