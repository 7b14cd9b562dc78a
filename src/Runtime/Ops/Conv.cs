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

    public override void Step(in Frame frame) => Convolve(new ReadOnlySpan<Frame>(in frame));

    public override void StepMany(in GroupFrame group)
    {
        // A step with enough positions of its own already shares its passes over the weights.
        if (_linear.IsConstant && _geometry.OutputLength < PositionsPerPass)
            Convolve(group.Members);
        else
            base.StepMany(group);
    }

    /// <summary>The positions of all members follow one another in the passes; the scratch is the first member's.</summary>
    private void Convolve(ReadOnlySpan<Frame> members)
    {
        var positions = members.Length * _geometry.OutputLength;
        for (var plane = 0; plane < _batch * _groups; plane++)
        {
            for (var first = 0; first < positions; first += PositionsPerPass)
                ConvolvePass(members, plane, first, Math.Min(PositionsPerPass, positions - first));
        }
    }

    private void ConvolvePass(ReadOnlySpan<Frame> members, int plane, int first, int count)
    {
        var taps = _taps.Span(members[0])[..(count * _columns)];
        var results = _results.Span(members[0])[..(count * _groupOutputs)];
        for (var i = 0; i < count; i++)
        {
            var (member, position) = Math.DivRem(first + i, _geometry.OutputLength);
            var inputs = _groupChannels * _geometry.InputLength;
            GatherTaps(_x.Span(members[member]).Slice(plane * inputs, inputs), position, taps.Slice(i * _columns, _columns));
        }

        _linear.Apply(members[0], plane % _groups, taps, results, count);
        for (var i = 0; i < count; i++)
        {
            var (member, position) = Math.DivRem(first + i, _geometry.OutputLength);
            var outputs = _groupOutputs * _geometry.OutputLength;
            Scatter(results.Slice(i * _groupOutputs, _groupOutputs), position, _y.Span(members[member]).Slice(plane * outputs, outputs));
        }
    }

    private void Scatter(ReadOnlySpan<float> result, int position, Span<float> y)
    {
        for (var channel = 0; channel < result.Length; channel++)
            y[(channel * _geometry.OutputLength) + position] = result[channel];
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
