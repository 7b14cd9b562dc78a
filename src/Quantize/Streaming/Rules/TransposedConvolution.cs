using EdgeSeq.Quantize.Steps;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Streaming.Rules;

/// <summary>
/// Transposed convolution along time. Each element of the input completes as many of the output as the stride: an ordinary convolution of
/// the last inputs, with an output channel for each channel and each place between two inputs, gives them all, and one after the other
/// goes out. What is padded at the start and the end of a transposed convolution is cropped.
/// </summary>
internal sealed class TransposedConvolution
{
    private readonly NodeContext _c;

    /// <summary>Several sequences at once are groups with the same weights.</summary>
    private readonly ConvAttributes _a;

    /// <summary>Groups of one sequence.</summary>
    private readonly int _weightGroups;

    /// <summary>Which of height and width is time; the other one is done within an element.</summary>
    private readonly int _time;

    private readonly int _inChannels;
    private readonly int _outInGroup;

    private TransposedConvolution(NodeContext c, StreamWire stream)
    {
        _c = c;
        var w = c.FullInputShape(1);
        var attributes = ConvAttributes.OfTranspose(c.Node, stream.FullShape, w, c.FullShape());
        _weightGroups = attributes.Groups;
        _a = attributes with { Groups = stream.FullShape[0] * _weightGroups };
        _time = stream.Axis - 2 + _a.Missing;
        (_inChannels, _outInGroup) = (stream.FullShape[0] * w[0], w[1]);
    }

    /// <summary>Inputs that reach one output along an axis.</summary>
    private int[] Taps => [Reached(0), Reached(1)];

    private int Rows => _a.Strides[0] * _a.Strides[1] * _outInGroup;

    private int Columns => Taps[0] * Taps[1] * _inChannels / _a.Groups;

    private MatrixLayout Layout => Convolutions.Layout(_a.Groups, Rows, _inChannels / _a.Groups, Taps[0] * Taps[1]);

    private int Outputs => _a.Groups * _outInGroup;

    public static Wire?[] Stream(NodeContext c)
    {
        var stream = c.Stream(0) ?? throw c.Refuse("its weights depend on the input");
        if (stream.Axis == 0)
            return c.Track(0);

        if (stream.Axis == 1)
            throw c.NotCausal("the time axis is its channel axis, so it sums over time");

        if (c.Node.Has("output_shape") && !c.Analysis.LengthIsFixed)
            throw c.Refuse("its output_shape fixes the length of a sequence of any length", "export with pads instead of output_shape");

        return [new TransposedConvolution(c, stream).Run(c.Aligner.WithoutLead(stream))];
    }

    private StreamWire Run(StreamWire stream)
    {
        int stride = _a.Strides[_time], shape = _c.FullShape()[stream.Axis];
        var every = Upsampling.ClockOf(_c, stream, stride);
        var whole = (stream.FullLength - 1) * stride + (_a.Kernel[_time] - 1) * _a.Dilations[_time] + 1;
        var end = whole - _a.Pads[_time] - shape;
        if (end < whole - stream.FullLength * stride)
            stream = RecordingEnd.Padded(_c, stream, 0, 0);

        var all = stream.FullShape.Length == 3 ? OnRing(stream) : OnWindow(stream);
        var element = Shapes.With(_c.FullShape(), stream.Axis, 1);
        var y = Upsampling.OneAfterTheOther(_c, all, stream.Clock, every, stride).View(element);
        var uncropped = new StreamWire(y, every, stream.Axis, Shapes.With(_c.FullShape(), stream.Axis, whole));
        return SliceOps.Crop(_c, uncropped, _a.Pads[_time], Math.Max(0, end)) with { FullShape = _c.FullShape() };
    }

    /// <summary>1-D: the convolution keeps the inputs.</summary>
    private StepValue OnRing(StreamWire stream)
    {
        var lowering = _c.LoweringFor(stream.Clock);
        var ring = _c.Graph.State($"{_c.Node.Name}.ring", ElementType.F32, [Taps[1], _inChannels]);
        var y = lowering.New([_a.Groups * Rows], name: $"{_c.Node.Name}.all");
        lowering.Add("ConvStep", [stream.Value, ring, Weight(lowering), null, Bias(lowering)], [y.Value],
            ("channels", _inChannels), ("outChannels", _a.Groups * Rows), ("kernel", Taps[1]), ("dilation", 1), ("groups", _a.Groups));
        return Ordered(lowering, y, 1);
    }

    /// <summary>2-D: a window of the last inputs.</summary>
    private StepValue OnWindow(StreamWire stream)
    {
        var other = 1 - _time;
        var ready = stream with { Lead = Taps[_time] - 1 };
        var (window, _) = SliceOps.Window(_c, ready, Taps[_time]);
        var size = _a.Input[other];
        var positions = (_a.Pads[other] + Height(other) + _a.Strides[other] - 1) / _a.Strides[other];
        int[] pads = [0, 0, 0, 0];
        pads[other] = Taps[other] - 1;
        pads[other + 2] = Math.Max(0, positions - size);
        positions = size + pads[other + 2];

        var lowering = _c.LoweringFor(stream.Clock);
        var y = lowering.New([_a.Groups * Rows, positions], name: $"{_c.Node.Name}.all");
        lowering.Add("Conv", [window, Weight(lowering), null, Bias(lowering)], [y.Value],
            ("batch", 1), ("channels", _inChannels), ("outChannels", _a.Groups * Rows), ("groups", _a.Groups),
            ("inputShape", Shapes.With(_a.Input, _time, Taps[_time])), ("kernel", Taps), ("strides", (int[])[1, 1]),
            ("dilations", (int[])[1, 1]), ("pads", pads));
        return Ordered(lowering, y, positions);
    }

    /// <summary>[groups, places in time, places in the other axis, outputs, positions] to [places in time, groups, outputs, positions,
    /// places], of which the other axis has what its padding leaves.</summary>
    private StepValue Ordered(Lowering lowering, StepOperand y, int positions)
    {
        int other = 1 - _time, height = Height(other), crop = _a.Pads[other];
        int[] shape = [_a.Groups, _a.Strides[_time], _a.Strides[other], _outInGroup, positions];
        var result = StepMoves.Transpose(lowering, y.Reshaped(shape), [1, 0, 3, 4, 2]);
        int planes = _a.Strides[_time] * Outputs, width = positions * _a.Strides[other];
        return (width == height ? result
            : StepMoves.CopyStrided(lowering, result.Reshaped([planes, width]), [planes, height], crop, [width, 1])).Value!;
    }

    /// <summary>Elements of the output along an axis.</summary>
    private int Height(int axis) => axis < _a.Missing ? 1 : _c.FullShape()[axis + 2 - _a.Missing];

    private int Reached(int axis) => (_a.Kernel[axis] - 1) * _a.Dilations[axis] / _a.Strides[axis] + 1;

    /// <summary>ONNX [in, out/groups, kernel..] as rows [groups, places.., out/groups] of columns [taps.., in/groups].</summary>
    private StepValue Weight(Lowering lowering) => Weights.Of(lowering.RequireConstant(1, "weights"))
        .Gathered([.. Enumerable.Range(0, _a.Groups * Rows * Columns).Select(Source)])
        .Constant(_c.Graph, $"{_c.Node.Name}.weight", [_a.Groups, Rows, Columns], Layout);

    private StepValue? Bias(Lowering lowering) => _c.Constant(2)?.ToFloats() is { } bias
        ? _c.Graph.Constant($"{_c.Node.Name}.bias",
            Enumerable.Range(0, _a.Groups * Rows)
                .Select(row => bias[row / Rows % _weightGroups * _outInGroup + row % _outInGroup]).ToArray(),
            [_a.Groups, Rows], Layout.RowVector)
        : null;

    /// <summary>Where a weight of the convolution lies among those of the node.</summary>
    private WeightSource Source(int at)
    {
        var inInGroup = _inChannels / _a.Groups;
        int row = at / Columns, column = at % Columns, group = row / Rows, input = column % inInGroup;
        int output = row % _outInGroup, places = row % Rows / _outInGroup;
        int[] place = [0, 0];
        place[_time] = places / _a.Strides[1 - _time];
        place[1 - _time] = places % _a.Strides[1 - _time];
        int[] tap = [column / inInGroup / Taps[1], column / inInGroup % Taps[1]];

        // The tap of the oldest input is the first; kernel element k of input i goes to output i · stride + k · dilation.
        int[] reach = [.. Enumerable.Range(0, 2).Select(axis => place[axis] + _a.Strides[axis] * (Taps[axis] - 1 - tap[axis]))];
        int[] k = [.. Enumerable.Range(0, 2).Select(axis => reach[axis] / _a.Dilations[axis])];
        var isThere = Enumerable.Range(0, 2).All(axis => reach[axis] % _a.Dilations[axis] == 0 && k[axis] < _a.Kernel[axis]);
        var first = ((group % _weightGroups * inInGroup + input) * _outInGroup + output) * _a.Kernel[0] * _a.Kernel[1];
        return new WeightSource(first + (isThere ? k[0] * _a.Kernel[1] + k[1] : 0), isThere);
    }
}
