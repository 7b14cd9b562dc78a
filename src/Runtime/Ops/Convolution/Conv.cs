using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>2-D convolution of [batch, channels, H, W] to [batch, outChannels, OH, OW]. Weights have their columns in the order
/// [kh][kw][channel in group].</summary>
internal sealed class Conv : StepOp
{
    /// <summary>Output positions of a product: enough that their weights' way from memory does not count, few enough that what they
    /// make stays in the nearest cache.</summary>
    private const int PositionsPerPass = 48;

    /// <summary>Positions from which on a step has enough of its own; with fewer, the members of a group share their products.</summary>
    private const int PositionsOfOne = 8;

    private readonly Source<float> _x;
    private readonly Target<float> _y;
    private readonly Geometry _geometry;
    private readonly PatchPlan _patches;
    private readonly PackedLinear _linear;
    private readonly Scratch<float> _planes;
    private readonly Scratch<float> _results;
    private readonly int _batch;
    private readonly int _groups;
    private readonly int _groupInputs;
    private readonly int _groupOutputs;
    private readonly int _membersPerPass;
    private readonly bool _writesChannelsLast;

    public Conv(OpReader reader)
    {
        _batch = reader.Int("batch");
        var channels = reader.Int("channels");
        var outChannels = reader.Int("outChannels");
        _groups = reader.Int("groups");
        if (channels % _groups != 0 || outChannels % _groups != 0)
            throw reader.Error($"{channels} and {outChannels} channels do not divide by {_groups} groups");
        _groupOutputs = outChannels / _groups;
        _geometry = new Geometry(reader);
        var groupChannels = channels / _groups;
        _groupInputs = reader.Product(groupChannels, _geometry.InputLength);
        _x = reader.In<float>("x", reader.Product(_batch, channels, _geometry.InputLength));
        _membersPerPass = Math.Max(1, PositionsOfOne / _geometry.OutputLength);
        _patches = new PatchPlan(reader, _geometry, groupChannels, _membersPerPass, reader.IsInChannelsLast("x"));
        var positions = Math.Min(PositionsPerPass, _membersPerPass * _geometry.OutputLength);
        _linear = new PackedLinear(reader, _groupOutputs, reader.Product(_geometry.KernelLength, groupChannels), positions, _groups);
        _y = reader.Out<float>("y", reader.Product(_batch, outChannels, _geometry.OutputLength));
        _planes = reader.Scratch<float>(_membersPerPass == 1 && _patches.IsPlane ? 0 : (long)_membersPerPass * _patches.PlaneLength);
        _writesChannelsLast = reader.IsOutChannelsLast("y");
        _results = reader.Scratch<float>(_writesChannelsLast && _membersPerPass == 1 ? 0 : (long)positions * _groupOutputs);
    }

    public override void Step(in Frame frame)
    {
        for (var plane = 0; plane < _batch * _groups; plane++)
        {
            var x = PlaneOf(frame, plane);
            for (var first = 0; first < _geometry.OutputLength; first += PositionsPerPass)
            {
                var count = Math.Min(PositionsPerPass, _geometry.OutputLength - first);
                var results = _writesChannelsLast ? _y.Span(frame)[(first * _groupOutputs)..] : _results.Span(frame);
                Multiply(frame, plane, _patches.Of(x, first, count), results);
                if (!_writesChannelsLast)
                    Write(results[..(count * _groupOutputs)], count, plane, first, frame);
            }
        }
    }

    public override void StepMany(in GroupFrame group)
    {
        if (!_linear.IsConstant || _membersPerPass == 1)
        {
            base.StepMany(group);
            return;
        }

        for (var plane = 0; plane < _batch * _groups; plane++)
        {
            for (var first = 0; first < group.Members.Length; first += _membersPerPass)
                ConvolveMembers(group.Members.Slice(first, Math.Min(_membersPerPass, group.Members.Length - first)), plane);
        }
    }

    /// <summary>All positions of a few members in one product; the scratch is the first member's.</summary>
    private void ConvolveMembers(ReadOnlySpan<Frame> members, int plane)
    {
        var positions = _geometry.OutputLength;
        var planes = _planes.Span(members[0]);
        for (var i = 0; i < members.Length; i++)
            _patches.FillPlane(Inputs(members[i], plane), planes.Slice(i * _patches.PlaneLength, _patches.PlaneLength));
        var results = _results.Span(members[0]);
        Multiply(members[0], plane, _patches.Of(planes, 0, members.Length * positions), results);
        for (var i = 0; i < members.Length; i++)
            Write(results.Slice(i * positions * _groupOutputs, positions * _groupOutputs), positions, plane, 0, members[i]);
    }

    private ReadOnlySpan<float> PlaneOf(in Frame frame, int plane)
    {
        var x = Inputs(frame, plane);
        if (_patches.IsPlane)
            return x;
        var channelsLast = _planes.Span(frame)[.._patches.PlaneLength];
        _patches.FillPlane(x, channelsLast);
        return channelsLast;
    }

    /// <summary>One group's input [channels in group, H, W].</summary>
    private ReadOnlySpan<float> Inputs(in Frame frame, int plane) => _x.Span(frame).Slice(plane * _groupInputs, _groupInputs);

    /// <param name="frame">The session's memory.</param>
    /// <param name="plane">Which.</param>
    /// <param name="x">The positions.</param>
    /// <param name="results">[positions, outputs in group] and more.</param>
    private void Multiply(in Frame frame, int plane, in Patches x, Span<float> results) =>
        _linear.Apply(frame, plane % _groups, x, results[..(x.Vectors * _groupOutputs)]);

    /// <summary>Results of neighbouring positions to the output of a session.</summary>
    private void Write(ReadOnlySpan<float> results, int count, int plane, int position, in Frame frame)
    {
        var length = _groupOutputs * _geometry.OutputLength;
        var y = _y.Span(frame).Slice(plane * length, length);
        if (_writesChannelsLast)
            results.CopyTo(y[(position * _groupOutputs)..]);
        else
            KernelSet.Transpose(results, count, y[position..], _geometry.OutputLength);
    }
}
