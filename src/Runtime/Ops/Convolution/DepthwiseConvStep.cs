using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The op ConvStep where each group has one input channel and few outputs (<see cref="Kernels.PackedLayout.IsDepthwise"/>): the
/// kernel reads its taps from the ring.</summary>
internal sealed class DepthwiseConvStep : StepOp
{
    private readonly Ring _ring;
    private readonly Target<float> _y;
    private readonly Depthwise _depthwise;
    private readonly Scratch<int> _taps;
    private readonly Scratch<float> _repeated;
    private readonly int _dilation;
    private readonly int _channels;
    private readonly int _rows;

    public DepthwiseConvStep(OpReader reader)
    {
        _channels = reader.Int("channels");
        _rows = reader.Int("outChannels");
        var kernel = reader.Int("kernel");
        _dilation = reader.Int("dilation");
        if (_rows % _channels != 0)
            throw reader.Error($"{_rows} channels do not divide by {_channels} groups");
        _ring = new Ring(reader, _channels, 1 + reader.Product(kernel - 1, _dilation));
        _depthwise = new Depthwise(reader, _rows, kernel);
        _taps = reader.Scratch<int>(kernel);
        _repeated = reader.Scratch<float>(_rows == _channels ? 0 : reader.Product(kernel, _rows));
        _y = reader.Out<float>("y", _rows);
    }

    public static bool Fits(OpReader reader) => Depthwise.Fits(reader, reader.Int("kernel"));

    public override void Step(in Frame frame)
    {
        var taps = _taps.Span(frame);
        _ring.Starts(_ring.Advance(frame), _dilation, taps);
        var x = _ring.Slots(frame);
        if (_rows != _channels)
            x = Repeated(x, taps, _repeated.Span(frame));
        _depthwise.Apply(frame, new Patches(x, [0], taps, _rows), _y.Span(frame));
    }

    /// <summary>The taps with each channel as often as it has rows; their starts change with them.</summary>
    private ReadOnlySpan<float> Repeated(ReadOnlySpan<float> x, Span<int> taps, Span<float> repeated)
    {
        var times = _rows / _channels;
        for (var tap = 0; tap < taps.Length; tap++)
        {
            for (var channel = 0; channel < _channels; channel++)
                repeated.Slice((tap * _rows) + (channel * times), times).Fill(x[taps[tap] + channel]);
            taps[tap] = tap * _rows;
        }

        return repeated;
    }
}
