using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The op Conv where each group has one input channel and few outputs (<see cref="PackedLayout.IsDepthwise"/>).</summary>
internal sealed class DepthwiseConv : StepOp
{
    /// <summary>Positions whose results go to the output together.</summary>
    private const int PositionsPerPass = 32;

    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Geometry _geometry;
    private readonly PatchPlan _patches;
    private readonly Depthwise _depthwise;
    private readonly Scratch<float> _repeated;
    private readonly Scratch<float> _plane;
    private readonly Scratch<float> _results;
    private readonly int _batch;
    private readonly int _channels;
    private readonly int _rows;
    private readonly bool _readsChannelsLast;
    private readonly bool _writesChannelsLast;

    public DepthwiseConv(OpReader reader)
    {
        _batch = reader.Int("batch");
        _channels = reader.Int("channels");
        _rows = reader.Int("outChannels");
        if (_rows % _channels != 0)
            throw reader.Error($"{_rows} channels do not divide by {_channels} groups");
        _geometry = new Geometry(reader);
        _x = reader.In<float>("x", reader.Product(_batch, _channels, _geometry.InputLength));
        _depthwise = new Depthwise(reader, _rows, _geometry.KernelLength);
        _y = reader.Out<float>("y", reader.Product(_batch, _rows, _geometry.OutputLength));
        _readsChannelsLast = reader.IsInChannelsLast("x");
        _writesChannelsLast = reader.IsOutChannelsLast("y");
        _patches = new PatchPlan(reader, _geometry, _rows, planes: 1, _readsChannelsLast || Repeats, tapByTap: true);
        _repeated = reader.Scratch<float>(Repeats ? (long)_geometry.InputLength * _rows : 0);
        _plane = reader.Scratch<float>(_patches.IsPlane ? 0 : _patches.PlaneLength);
        _results = reader.Scratch<float>(_writesChannelsLast ? 0 : (long)Math.Min(PositionsPerPass, _geometry.OutputLength) * _rows);
    }

    /// <summary>Whether a channel has several rows, each with a copy of it in the plane.</summary>
    private bool Repeats => _rows != _channels;

    public static bool Fits(OpReader reader) => Depthwise.Fits(reader, reader.Product(reader.Ints("kernel")));

    public override void Step(in Frame frame)
    {
        for (var image = 0; image < _batch; image++)
        {
            var x = PlaneOf(frame, _x.Span(frame).Slice(image * _channels * _geometry.InputLength, _channels * _geometry.InputLength));
            var y = _y.Span(frame).Slice(image * _rows * _geometry.OutputLength, _rows * _geometry.OutputLength);
            if (_writesChannelsLast)
                _depthwise.Apply(frame, _patches.Of(x, 0, _geometry.OutputLength), y);
            else
                ConvolveTurned(frame, x, y);
        }
    }

    /// <summary>To [rows, positions].</summary>
    private void ConvolveTurned(in Frame frame, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var first = 0; first < _geometry.OutputLength; first += PositionsPerPass)
        {
            var count = Math.Min(PositionsPerPass, _geometry.OutputLength - first);
            var results = _results.Span(frame)[..(count * _rows)];
            _depthwise.Apply(frame, _patches.Of(x, first, count), results);
            KernelSet.Transpose(results, count, y[first..], _geometry.OutputLength);
        }
    }

    /// <summary>The input as the padded plane [H, W, rows].</summary>
    private ReadOnlySpan<float> PlaneOf(in Frame frame, ReadOnlySpan<float> x)
    {
        if (Repeats)
            x = Repeated(x, _repeated.Span(frame));
        if (_patches.IsPlane)
            return x;
        var plane = _plane.Span(frame);
        _patches.FillPlane(x, plane);
        return plane;
    }

    private ReadOnlySpan<float> Repeated(ReadOnlySpan<float> x, Span<float> repeated)
    {
        var times = _rows / _channels;
        var (channelStride, placeStride) = _readsChannelsLast ? (1, _channels) : (_geometry.InputLength, 1);
        for (var channel = 0; channel < _channels; channel++)
        {
            for (var place = 0; place < _geometry.InputLength; place++)
                repeated.Slice((place * _rows) + (channel * times), times).Fill(x[(channel * channelStride) + (place * placeStride)]);
        }

        return repeated;
    }
}
