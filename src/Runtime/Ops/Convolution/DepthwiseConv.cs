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
        // One place more, for the padding.
        _plane = reader.Scratch<float>((_geometry.InputLength + 1L) * _rows);
        _results = reader.Scratch<float>((long)PositionsPerPass * _rows);
        _taps = reader.Scratch<int>(_geometry.KernelLength);
    }

    public static bool Fits(OpReader reader) => Depthwise.Fits(reader, reader.Product(reader.Ints("kernel")));

    public override void Step(in Frame frame)
    {
        for (var image = 0; image < _batch; image++)
        {
            FillPlane(_x.Span(frame).Slice(image * _channels * _geometry.InputLength, _channels * _geometry.InputLength),
                _plane.Span(frame));
            var y = _y.Span(frame).Slice(image * _rows * _geometry.OutputLength, _rows * _geometry.OutputLength);
            for (var first = 0; first < _geometry.OutputLength; first += PositionsPerPass)
                Convolve(frame, first, Math.Min(PositionsPerPass, _geometry.OutputLength - first), y);
        }
    }

    private void Convolve(in Frame frame, int first, int count, Span<float> y)
    {
        var taps = _taps.Span(frame);
        var results = _results.Span(frame)[..(count * _rows)];
        for (var i = 0; i < count; i++)
        {
            _geometry.Taps(_rows, first + i, _geometry.InputLength * _rows, taps);
            _depthwise.Apply(frame, _plane.Span(frame), taps, results.Slice(i * _rows, _rows));
        }

        KernelSet.Transpose(results, count, y[first..], _geometry.OutputLength);
    }

    /// <summary>The input [channels, H, W] as [H, W, rows], an element for each row, then zeros for the padding.</summary>
    private void FillPlane(ReadOnlySpan<float> x, Span<float> plane)
    {
        plane[^_rows..].Clear();
        if (_rows == _channels)
        {
            KernelSet.Transpose(x, _channels, plane, _channels);
            return;
        }

        var times = _rows / _channels;
        for (var channel = 0; channel < _channels; channel++)
        {
            for (var place = 0; place < _geometry.InputLength; place++)
                plane.Slice((place * _rows) + (channel * times), times).Fill(x[(channel * _geometry.InputLength) + place]);
        }
    }
}
