using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The op Conv where each group has one input channel and few outputs (<see cref="PackedLayout.IsDepthwise"/>).</summary>
internal sealed class DepthwiseConv : StepOp
{
    /// <summary>Positions whose results go to the output together.</summary>
    private const int PositionsPerPass = 8;

    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Geometry _geometry;
    private readonly Depthwise _depthwise;
    private readonly Scratch<float> _plane;
    private readonly Scratch<float> _results;
    private readonly Scratch<int> _taps;
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
        // One place more, for the padding.
        _plane = reader.Scratch<float>(IsPlane ? 0 : (_geometry.InputLength + 1L) * _rows);
        _results = reader.Scratch<float>(_writesChannelsLast ? 0 : (long)PositionsPerPass * _rows);
        _taps = reader.Scratch<int>(_geometry.KernelLength);
    }

    /// <summary>Whether an input is what <see cref="FillPlane"/> would make of it.</summary>
    private bool IsPlane => _readsChannelsLast && _rows == _channels && !_geometry.HasPadding;

    public static bool Fits(OpReader reader) => Depthwise.Fits(reader, reader.Product(reader.Ints("kernel")));

    public override void Step(in Frame frame)
    {
        for (var image = 0; image < _batch; image++)
        {
            var x = PlaneOf(frame, _x.Span(frame).Slice(image * _channels * _geometry.InputLength, _channels * _geometry.InputLength));
            var y = _y.Span(frame).Slice(image * _rows * _geometry.OutputLength, _rows * _geometry.OutputLength);
            for (var first = 0; first < _geometry.OutputLength; first += PositionsPerPass)
                Convolve(frame, x, first, Math.Min(PositionsPerPass, _geometry.OutputLength - first), y);
        }
    }

    private void Convolve(in Frame frame, ReadOnlySpan<float> x, int first, int count, Span<float> y)
    {
        var taps = _taps.Span(frame);
        var results = _writesChannelsLast ? y.Slice(first * _rows, count * _rows) : _results.Span(frame)[..(count * _rows)];
        for (var i = 0; i < count; i++)
        {
            _geometry.Taps(_rows, first + i, _geometry.InputLength * _rows, taps);
            _depthwise.Apply(frame, x, taps, results.Slice(i * _rows, _rows));
        }

        if (!_writesChannelsLast)
            KernelSet.Transpose(results, count, y[first..], _geometry.OutputLength);
    }

    private ReadOnlySpan<float> PlaneOf(in Frame frame, ReadOnlySpan<float> x)
    {
        if (IsPlane)
            return x;
        var plane = _plane.Span(frame);
        FillPlane(x, plane);
        return plane;
    }

    /// <summary>The input as [H, W, rows], an element for each row, then zeros for the padding.</summary>
    private void FillPlane(ReadOnlySpan<float> x, Span<float> plane)
    {
        plane[^_rows..].Clear();
        if (_rows != _channels)
            Repeat(x, plane);
        else if (_readsChannelsLast)
            x.CopyTo(plane);
        else
            KernelSet.Transpose(x, _channels, plane, _channels);
    }

    private void Repeat(ReadOnlySpan<float> x, Span<float> plane)
    {
        var times = _rows / _channels;
        var (channelStride, placeStride) = _readsChannelsLast ? (1, _channels) : (_geometry.InputLength, 1);
        for (var channel = 0; channel < _channels; channel++)
        {
            for (var place = 0; place < _geometry.InputLength; place++)
                plane.Slice((place * _rows) + (channel * times), times).Fill(x[(channel * channelStride) + (place * placeStride)]);
        }
    }
}
