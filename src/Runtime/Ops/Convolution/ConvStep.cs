using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>One output position of a 1-D convolution along time: y [outChannels] from the newest (kernel - 1) · dilation + 1 elements
/// of the stream. The ring's initial content stands for the elements before the start.</summary>
internal sealed class ConvStep : StepOp
{
    private readonly Ring _ring;
    private readonly Target<float> _y;
    private readonly Scratch<float> _taps;
    private readonly Scratch<int> _starts;
    private readonly PackedLinear _linear;
    private readonly GroupProduct? _groupProduct;
    private readonly int _kernel;
    private readonly int _dilation;
    private readonly int _groups;
    private readonly int _groupChannels;
    private readonly int _groupOutputs;

    public ConvStep(OpReader reader)
    {
        var channels = reader.Int("channels");
        var outChannels = reader.Int("outChannels");
        _kernel = reader.Int("kernel");
        _dilation = reader.Int("dilation");
        _groups = reader.Int("groups");
        if (channels % _groups != 0 || outChannels % _groups != 0)
            throw reader.Error($"{channels} and {outChannels} channels do not divide by {_groups} groups");
        _groupChannels = channels / _groups;
        _groupOutputs = outChannels / _groups;
        var columns = reader.Product(_kernel, _groupChannels);
        _ring = new Ring(reader, channels, 1 + reader.Product(_kernel - 1, _dilation));
        _linear = new PackedLinear(reader, _groupOutputs, columns, vectors: 1, _groups);
        _groupProduct = _linear.ForGroups(reader, vectors: 1);
        _taps = reader.Scratch<float>(columns);
        _starts = reader.Scratch<int>(_kernel);
        _y = reader.Out<float>("y", outChannels);
    }

    public override bool SharesParts => _groupProduct is not null && _groups == 1;

    public override void Step(in Frame frame)
    {
        var starts = _starts.Span(frame);
        _ring.Starts(_ring.Advance(frame), _dilation, starts);
        var taps = _taps.Span(frame);
        var y = _y.Span(frame);
        for (var group = 0; group < _groups; group++)
        {
            GatherTaps(frame, group, starts, taps);
            _linear.Apply(frame, group, taps, y.Slice(group * _groupOutputs, _groupOutputs), 1);
        }
    }

    public override void StepMany(in GroupFrame group)
    {
        if (_groupProduct is null)
        {
            base.StepMany(group);
            return;
        }

        var members = group.Members;
        var starts = _starts.Span(members[0]);
        Span<long> newest = stackalloc long[GroupFrame.MaxMembers];
        for (var i = 0; i < members.Length; i++)
            newest[i] = _ring.Advance(members[i]);
        for (var channels = 0; channels < _groups; channels++)
        {
            for (var i = 0; i < members.Length; i++)
            {
                _ring.Starts(newest[i], _dilation, starts);
                GatherTaps(members[i], channels, starts, _groupProduct.X(group, i));
            }

            _groupProduct.Multiply(group, channels);
            for (var i = 0; i < members.Length; i++)
                _groupProduct.Y(group, i).CopyTo(_y.Span(members[i])[(channels * _groupOutputs)..]);
        }
    }

    public override void BeginParts(in GroupFrame parts)
    {
        if (!SharesParts)
            return;
        var starts = _starts.Span(parts.Members[0]);
        for (var i = 0; i < parts.Members.Length; i++)
        {
            _ring.Starts(_ring.Advance(parts.Members[i]), _dilation, starts);
            GatherTaps(parts.Members[i], 0, starts, _groupProduct!.X(parts, i));
        }

        _groupProduct!.Multiply(parts);
        for (var i = 0; i < parts.Members.Length; i++)
            _groupProduct.Y(parts, i).CopyTo(_y.Span(parts.Members[i]));
    }

    public override void StepPart(in GroupFrame parts, int part)
    {
        if (!SharesParts)
            Step(parts.Members[part]);
    }

    /// <summary>The elements under the kernel, of one group of channels: [kernel, channels of the group].</summary>
    private void GatherTaps(in Frame frame, int group, ReadOnlySpan<int> starts, Span<float> taps)
    {
        var slots = _ring.Slots(frame)[(group * _groupChannels)..];
        for (var tap = 0; tap < starts.Length; tap++)
            slots.Slice(starts[tap], _groupChannels).CopyTo(taps[(tap * _groupChannels)..]);
    }
}
