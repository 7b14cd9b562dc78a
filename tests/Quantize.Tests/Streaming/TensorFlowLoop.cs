using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Tests.TestModels;

namespace EdgeSeq.Quantize.Tests.Streaming;

/// <summary>How a loop over time is written.</summary>
/// <param name="Trips">The trip count: absent, the length, or its cast.</param>
/// <param name="FloatConditions">Conditions compare counters as float32.</param>
/// <param name="CarriedWeights">The cell's weights are carried values.</param>
/// <param name="CarriedSequence">The sequence itself is a carried value.</param>
/// <param name="Counter">Number at which the carried counter starts; the loop walks from that element.</param>
/// <param name="VectorIndex">The index is a vector of one number.</param>
/// <param name="Masked">Steps without a value above zero hold the state, by arithmetic or by Where.</param>
/// <param name="SequenceOutput">The stacked outputs are the result, else the final state.</param>
/// <param name="Reversed">It walks from the last element to the first.</param>
/// <param name="Started">The state begins with numbers of its own, not with zeros.</param>
/// <param name="Element">How it takes an element of the sequence.</param>
/// <param name="Zeros">Of what the zeros are made that it begins with.</param>
internal sealed record LoopWriting(
    TripCountForm Trips, bool FloatConditions, bool CarriedWeights, bool CarriedSequence, int Counter, bool VectorIndex, MaskForm Masked,
    bool SequenceOutput, bool Reversed = false, bool Started = false, ElementForm Element = ElementForm.Gather,
    ZerosForm Zeros = ZerosForm.Expanded);

/// <summary>Graphs with a loop over time as TensorFlow's while_loop and PyTorch's become one: [time, 1, Inputs] in.</summary>
internal sealed class TensorFlowLoop(LoopWriting writing, CellForm cell, int seed = 1)
{
    private const int Inputs = 3, Hidden = 4;

    private readonly GraphBuilder _g = new(seed: seed);

    private int Gates => cell switch { CellForm.Lstm => 4, CellForm.Simple or CellForm.Own => 1, _ => 3 };

    public GraphBuilder Build()
    {
        var x = _g.Input("x", "time", 1, Inputs);
        var length = _g.Node("Squeeze", [_g.Node("Slice", [_g.Node("Cast", [_g.Node("Shape", [x])], ("to", 6L)), _g.Ints(0), _g.Ints(1),
            _g.Ints(0)]), _g.Ints(0)]);
        string[] weights =
        [
            _g.Weights([Inputs, Gates * Hidden]), _g.Weights([Hidden, Gates * Hidden]), _g.Weights([Gates * Hidden]),
            _g.Weights([Gates * Hidden]),
        ];
        var mask = writing.Masked == MaskForm.None ? "" : _g.Node("Greater",
            [_g.Node("ReduceMax", [x], ("axes", (long[])[2]), ("keepdims", 1L)), _g.Scalar(0.2f)]);
        var counter = _g.Constant(new OnnxTensor(OnnxElementType.Int32, [], BitConverter.GetBytes(writing.Counter)));
        var zeros = Zeros(x);
        var start = writing.Started ? _g.Weights([1, Hidden]) : zeros;
        var carried = new List<string> { counter, start };
        if (cell == CellForm.Lstm)
            carried.Add(start);
        if (writing.Masked != MaskForm.None)
            carried.Add(zeros);
        carried.Add(length);
        if (writing.CarriedSequence)
            carried.Add(x);
        if (writing.CarriedWeights)
            carried.AddRange(weights);

        var body = _g.Subgraph("body", b => Body(b, x, mask, length, weights));
        var inputs = new List<string> { Trips(length), writing.Trips == TripCountForm.Length ? "" : Condition(_g, counter, length) };
        var y = _g.Node("Loop", [.. inputs, .. carried], carried.Count + 1, ("body", body));
        return writing.SequenceOutput ? _g.Output(y[^1]) : _g.Output(y[1]);
    }

    /// <summary>[1, Hidden].</summary>
    private string Zeros(string x)
    {
        if (writing.Zeros == ZerosForm.Expanded)
            return _g.Node("Expand", [_g.Scalar(0), _g.Ints(1, Hidden)]);

        var zeros = writing.Zeros == ZerosForm.InputTimesZero ? _g.Node("Mul", [x, _g.Scalar(0)]) : _g.Node("Sub", [x, x]);
        var batch = _g.Node("ReduceSum", [zeros, _g.Ints(0, 2)], ("keepdims", 0L));
        return _g.Node("Tile", [_g.Node("Unsqueeze", [batch, _g.Ints(1)]), _g.Ints(1, Hidden)]);
    }

    private string Element(GraphBuilder b, string sequence, string place, string length)
    {
        switch (writing.Element)
        {
            case ElementForm.Slice:
                var from = b.Node("Reshape", [place, b.Ints(1)]);
                var to = b.Node("Add", [from, Int(b, 1)]);
                var axis = b.Constant(new OnnxTensor(OnnxElementType.Int32, [1], BitConverter.GetBytes(0)));
                return b.Node("Squeeze", [b.Node("Slice", [sequence, from, to, axis]), b.Ints(0)]);
            case ElementForm.GatherND:
                return b.Node("GatherND", [sequence, b.Node("Cast", [b.Node("Reshape", [place, b.Ints(1)])], ("to", 7L))]);
            case ElementForm.Wrapped:
                place = b.Node("Where", [b.Node("Less", [place, Int(b, 0)]), b.Node("Add", [place, length]), place]);
                break;
        }

        var index = writing.VectorIndex ? b.Node("Reshape", [place, b.Ints(1)]) : place;
        var x = b.Node("Gather", [sequence, index], ("axis", 0L));
        return writing.VectorIndex ? b.Node("Squeeze", [x, b.Ints(0)]) : x;
    }

    private string Trips(string length) => writing.Trips is TripCountForm.Absent or TripCountForm.Unequal ? ""
        : _g.Node("Cast", [writing.Counter == 0 ? length : _g.Node("Sub", [length, Int(_g, writing.Counter)])], ("to", 7L));

    private string[] Body(GraphBuilder b, string outerX, string mask, string outerLength, string[] outerWeights)
    {
        string iteration = b.Input("i", OnnxElementType.Int64), going = b.Input("going", OnnxElementType.Bool);
        var counter = b.Input("counter", OnnxElementType.Int32);
        var h = b.BodyInput("h");
        var c = cell == CellForm.Lstm ? b.BodyInput("c") : "";
        var held = writing.Masked != MaskForm.None ? b.BodyInput("held") : "";
        var length = b.Input("length", OnnxElementType.Int32);
        var sequence = writing.CarriedSequence ? b.BodyInput("sequence") : "";
        var weights = writing.CarriedWeights ? outerWeights.Select((_, k) => b.BodyInput($"w{k}")).ToArray() : outerWeights;

        var place = writing.Reversed ? b.Node("Sub", [b.Node("Sub", [length, Int(b, 1)]), counter]) : counter;
        var x = Element(b, writing.CarriedSequence ? sequence : outerX, place, length);
        var (nextH, nextC) = Cell(b, x, h, c, weights);
        var output = nextH;
        if (writing.Masked != MaskForm.None)
        {
            var seen = b.Node("Gather", [mask, place], ("axis", 0L));
            (output, nextH) = (Select(b, seen, nextH, held), Select(b, seen, nextH, h));
            nextC = nextC.Length == 0 ? "" : Select(b, seen, nextC, c);
        }

        var next = b.Node("Add", [counter, Int(b, 1)]);
        var goingOn = writing.Trips == TripCountForm.Length ? b.Node("Identity", [going])
            : writing.Trips is TripCountForm.Absent or TripCountForm.Unequal ? Condition(b, next, length)
            : b.Node("And", [Condition(b, iteration, length, OnnxElementType.Int64), Condition(b, next, length)]);
        List<string> outputs = [goingOn, next, b.Node("Identity", [nextH])];
        if (nextC.Length > 0)
            outputs.Add(nextC);
        if (writing.Masked != MaskForm.None)
            outputs.Add(b.Node("Identity", [output]));
        outputs.Add(b.Node("Identity", [length]));
        if (writing.CarriedSequence)
            outputs.Add(b.Node("Identity", [sequence]));
        if (writing.CarriedWeights)
            outputs.AddRange(weights.Select(weight => b.Node("Identity", [weight])));
        outputs.Add(b.Node("Identity", [output]));
        return [.. outputs];
    }

    private string Condition(GraphBuilder b, string number, string length, OnnxElementType type = OnnxElementType.Int32)
    {
        if (writing.Trips == TripCountForm.Unequal)
            return b.Node("Not", [b.Node("Equal", [number, length])]);

        if (writing.FloatConditions)
            return b.Node("Less", [b.Node("Cast", [number], ("to", 1L)), b.Node("Cast", [length], ("to", 1L))]);

        return b.Node("Less", [number, type == OnnxElementType.Int32 ? length : b.Node("Cast", [length], ("to", (long)type))]);
    }

    private string Select(GraphBuilder b, string mask, string value, string held)
    {
        if (writing.Masked == MaskForm.Where)
            return b.Node("Where", [mask, value, held]);

        return b.Node("Add", [b.Node("Mul", [b.Node("Cast", [mask], ("to", 1L)), value]),
            b.Node("Mul", [held, b.Node("Cast", [b.Node("Not", [mask])], ("to", 1L))])]);
    }

    private (string H, string C) Cell(GraphBuilder b, string x, string h, string c, string[] w)
    {
        var input = b.Node("Add", [b.Node("MatMul", [x, w[0]]), w[2]]);
        var recurrent = cell == CellForm.GruResetBefore ? "" : b.Node("Add", [b.Node("MatMul", [h, w[1]]), w[3]]);
        switch (cell)
        {
            case CellForm.Simple:
                return (b.Node("Tanh", [b.Node("Add", [input, recurrent])]), "");
            case CellForm.Own:
                return (b.Node("Sin", [b.Node("Add", [input, b.Node("Mul", [recurrent, recurrent])])]), "");
            case CellForm.Lstm:
                var gates = b.Node("Split", [b.Node("Add", [input, recurrent])], 4, ("axis", 1L));
                var kept = b.Node("Mul", [b.Node("Sigmoid", [gates[1]]), c]);
                var cellState = b.Node("Add", [kept, b.Node("Mul", [b.Node("Sigmoid", [gates[0]]), b.Node("Tanh", [gates[2]])])]);
                return (b.Node("Mul", [b.Node("Sigmoid", [gates[3]]), b.Node("Tanh", [cellState])]), cellState);
            case CellForm.GruResetBefore:
                return (ResetBefore(b, b.Node("Split", [input], 3, ("axis", -1L)), h, w), "");
            default:
                return (ResetAfter(b, b.Node("Split", [input], 3, ("axis", -1L)), b.Node("Split", [recurrent], 3, ("axis", -1L)), h), "");
        }
    }

    private string ResetAfter(GraphBuilder b, string[] x, string[] r, string h)
    {
        var z = b.Node("Sigmoid", [b.Node("Add", [x[0], r[0]])]);
        var reset = b.Node("Sigmoid", [b.Node("Add", [x[1], r[1]])]);
        var candidate = b.Node("Tanh", [b.Node("Add", [x[2], b.Node("Mul", [reset, r[2]])])]);
        return cell == CellForm.GruDifference
            ? b.Node("Add", [candidate, b.Node("Mul", [z, b.Node("Sub", [h, candidate])])])
            : Mixed(b, z, h, candidate);
    }

    private static string ResetBefore(GraphBuilder b, string[] x, string h, string[] w)
    {
        var part = b.Node("Split", [w[1]], 3, ("axis", 1L));
        var z = b.Node("Sigmoid", [b.Node("Add", [x[0], b.Node("MatMul", [h, part[0]])])]);
        var reset = b.Node("Sigmoid", [b.Node("Add", [x[1], b.Node("MatMul", [h, part[1]])])]);
        return Mixed(b, z, h, b.Node("Tanh", [b.Node("Add", [x[2], b.Node("MatMul", [b.Node("Mul", [reset, h]), part[2]])])]));
    }

    private static string Mixed(GraphBuilder b, string z, string h, string candidate) => b.Node("Add",
        [b.Node("Mul", [z, h]), b.Node("Mul", [b.Node("Sub", [b.Scalar(1), z]), candidate])]);

    private static string Int(GraphBuilder b, int value) =>
        b.Constant(new OnnxTensor(OnnxElementType.Int32, [], BitConverter.GetBytes(value)));
}
