using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Convolution;

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
    private readonly Scratch<float> _plane;
    private readonly Scratch<float> _taps;
    private readonly Scratch<float> _results;
    private readonly int _batch;
    private readonly int _groups;
    private readonly int _groupChannels;
    private readonly int _groupOutputs;
    private readonly int _columns;

    public Conv(OpReader reader)
    {
        _batch = reader.Int("batch");
        var channels = reader.Int("channels");
        var outChannels = reader.Int("outChannels");
        _groups = reader.Int("groups");
        if (channels % _groups != 0 || outChannels % _groups != 0)
            throw reader.Error($"{channels} and {outChannels} channels do not divide by {_groups} groups");
        _groupChannels = channels / _groups;
        _groupOutputs = outChannels / _groups;
        _geometry = new Geometry(reader);
        _columns = reader.Product(_geometry.KernelLength, _groupChannels);
        _x = reader.In<float>("x", reader.Product(_batch, channels, _geometry.InputLength));
        _linear = new PackedLinear(reader, _groupOutputs, _columns, PositionsPerPass, _groups);
        _y = reader.Out<float>("y", reader.Product(_batch, outChannels, _geometry.OutputLength));
        _plane = reader.Scratch<float>(IsChannelsLast ? 0 : reader.Product(_groupChannels, _geometry.InputLength));
        _taps = reader.Scratch<float>((long)PositionsPerPass * _columns);
        _results = reader.Scratch<float>((long)PositionsPerPass * _groupOutputs);
    }

    /// <summary>Whether the input is also [H, W, channels in group] as it is.</summary>
    private bool IsChannelsLast => _groupChannels == 1 || _geometry.InputLength == 1;

    public override void Step(in Frame frame)
    {
        for (var plane = 0; plane < _batch * _groups; plane++)
        {
            var x = PlaneOf(frame, plane);
            for (var first = 0; first < _geometry.OutputLength; first += PositionsPerPass)
            {
                var count = Math.Min(PositionsPerPass, _geometry.OutputLength - first);
                for (var i = 0; i < count; i++)
                    _geometry.Gather(x, _groupChannels, first + i, Taps(frame, i));
                Apply(frame, plane, count);
                Scatter(frame, 0, count, plane, first, frame);
            }
        }
    }

    public override void StepMany(in GroupFrame group)
    {
        // A step with enough positions of its own already shares its passes over the weights.
        if (!_linear.IsConstant || _geometry.OutputLength >= PositionsPerPass)
        {
            base.StepMany(group);
            return;
        }

        var perPass = PositionsPerPass / _geometry.OutputLength;
        for (var plane = 0; plane < _batch * _groups; plane++)
        {
            for (var first = 0; first < group.Members.Length; first += perPass)
                ConvolveMembers(group.Members.Slice(first, Math.Min(perPass, group.Members.Length - first)), plane);
        }
    }

    /// <summary>All positions of a few members in one pass; the scratch is the first member's.</summary>
    private void ConvolveMembers(ReadOnlySpan<Frame> members, int plane)
    {
        var positions = _geometry.OutputLength;
        for (var i = 0; i < members.Length; i++)
        {
            var x = PlaneOf(members[i], plane);
            for (var position = 0; position < positions; position++)
                _geometry.Gather(x, _groupChannels, position, Taps(members[0], (i * positions) + position));
        }

        Apply(members[0], plane, members.Length * positions);
        for (var i = 0; i < members.Length; i++)
            Scatter(members[0], i * positions, positions, plane, 0, members[i]);
    }

    /// <summary>One group's input as [H, W, channels in group]: what lies under a row of the kernel is then one piece.</summary>
    private ReadOnlySpan<float> PlaneOf(in Frame frame, int plane)
    {
        var length = _groupChannels * _geometry.InputLength;
        var x = _x.Span(frame).Slice(plane * length, length);
        if (IsChannelsLast)
            return x;
        var channelsLast = _plane.Span(frame);
        KernelSet.Transpose(x, _groupChannels, channelsLast, _groupChannels);
        return channelsLast;
    }

    private Span<float> Taps(in Frame frame, int vector) => _taps.Span(frame).Slice(vector * _columns, _columns);

    private void Apply(in Frame frame, int plane, int vectors) => _linear.Apply(
        frame, plane % _groups, _taps.Span(frame)[..(vectors * _columns)], _results.Span(frame)[..(vectors * _groupOutputs)], vectors);

    /// <summary>Results of neighbouring positions, [count, outputs in group], to the output of a session.</summary>
    private void Scatter(in Frame scratch, int from, int count, int plane, int position, in Frame frame)
    {
        var length = _groupOutputs * _geometry.OutputLength;
        var y = _y.Span(frame).Slice(plane * length, length);
        KernelSet.Transpose(_results.Span(scratch).Slice(from * _groupOutputs, count * _groupOutputs), count, y[position..],
            _geometry.OutputLength);
    }
}
