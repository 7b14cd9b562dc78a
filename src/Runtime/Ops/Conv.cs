namespace EdgeSeq.Runtime.Ops;

/// <summary>2-D convolution of [batch, channels, H, W] to [batch, outChannels, OH, OW]. Weights have their columns in the order
/// [kh][kw][channel in group].</summary>
internal sealed class Conv : StepOp
{
    /// <summary>Output positions that share one pass over the weights; a guess that keeps the gathered inputs in the first cache.</summary>
    private const int PositionsPerPass = 8;

    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Geometry _geometry;
    private readonly PackedLinear _linear;
    private readonly Scratch<float> _taps;
    private readonly Scratch<float> _results;
    private readonly int _batch;
    private readonly int _groups;
    private readonly int _groupChannels;
    private readonly int _groupOutputs;
    private readonly int _columns;

    public Conv(OpReader reader)
    {
        _batch = reader.Size("batch", 1);
        var channels = reader.Size("channels");
        var outChannels = reader.Size("outChannels");
        _groups = reader.Size("groups", 1);
        if (channels % _groups != 0 || outChannels % _groups != 0)
            throw reader.Error($"{channels} and {outChannels} channels do not divide by {_groups} groups");
        _groupChannels = channels / _groups;
        _groupOutputs = outChannels / _groups;
        _geometry = new Geometry(reader);
        _columns = reader.Product(_geometry.KernelLength, _groupChannels);
        _x = reader.In<float>(0, reader.Product(_batch, channels, _geometry.InputLength));
        _linear = new PackedLinear(reader, 1, _groupOutputs, _columns, PositionsPerPass, _groups);
        _y = reader.Out<float>(0, reader.Product(_batch, outChannels, _geometry.OutputLength));
        _taps = reader.Scratch<float>((long)PositionsPerPass * _columns);
        _results = reader.Scratch<float>((long)PositionsPerPass * _groupOutputs);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        var inputs = _groupChannels * _geometry.InputLength;
        var outputs = _groupOutputs * _geometry.OutputLength;
        for (var i = 0; i < _batch * _groups; i++)
            Convolve(frame, i % _groups, x.Slice(i * inputs, inputs), y.Slice(i * outputs, outputs));
    }

    private void Convolve(in Frame frame, int group, ReadOnlySpan<float> x, Span<float> y)
    {
        for (var first = 0; first < _geometry.OutputLength; first += PositionsPerPass)
        {
            var count = Math.Min(PositionsPerPass, _geometry.OutputLength - first);
            var taps = _taps.Span(frame)[..(count * _columns)];
            var results = _results.Span(frame)[..(count * _groupOutputs)];
            for (var i = 0; i < count; i++)
                GatherTaps(x, first + i, taps.Slice(i * _columns, _columns));
            _linear.Apply(frame, group, taps, results, count);
            for (var i = 0; i < results.Length; i++)
                y[(i % _groupOutputs * _geometry.OutputLength) + first + (i / _groupOutputs)] = results[i];
        }
    }

    private void GatherTaps(ReadOnlySpan<float> x, int position, Span<float> taps)
    {
        for (var tap = 0; tap < _geometry.KernelLength; tap++)
        {
            var input = _geometry.Input(position / _geometry.Columns, position % _geometry.Columns, tap);
            var channels = taps.Slice(tap * _groupChannels, _groupChannels);
            for (var channel = 0; channel < channels.Length; channel++)
                channels[channel] = input < 0 ? 0 : x[(channel * _geometry.InputLength) + input];
        }
    }
}
