using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>Transposed 2-D convolution with float weights [channels, outChannels / groups, kH, kW]: every input element adds its
/// weighted kernel to the output [batch, outChannels, OH, OW].</summary>
internal sealed class ConvTranspose : StepOp
{
    private readonly Source<float> _x;
    private readonly Source<float> _weights;
    private readonly Source<float> _bias;
    private readonly Target<float> _y;
    private readonly int _batch;
    private readonly int _channels;
    private readonly int _outChannels;
    private readonly int _groups;
    private readonly int[] _input;
    private readonly int[] _kernel;
    private readonly int[] _strides;
    private readonly int[] _dilations;
    private readonly int[] _pads;
    private readonly int[] _output;

    public ConvTranspose(OpReader reader)
    {
        _batch = reader.Int("batch");
        _channels = reader.Int("channels");
        _outChannels = reader.Int("outChannels");
        _groups = reader.Int("groups");
        if (_channels % _groups != 0 || _outChannels % _groups != 0)
            throw reader.Error($"{_channels} and {_outChannels} channels do not divide by {_groups} groups");
        _input = reader.Ints("inputShape");
        _kernel = reader.Ints("kernel");
        _strides = reader.Ints("strides");
        _dilations = reader.Ints("dilations");
        _pads = reader.Ints("pads");
        _output = reader.Ints("outputShape");
        RequireReach(0, reader);
        RequireReach(1, reader);
        _x = reader.In<float>("x", reader.Product(_batch, _channels, _input[0], _input[1]));
        _weights = reader.In<float>("W", reader.Product(_channels, _outChannels / _groups, _kernel[0], _kernel[1]));
        _bias = reader.OptionalIn<float>("bias", _outChannels);
        _y = reader.Out<float>("y", reader.Product(_batch, _outChannels, _output[0], _output[1]));
    }

    public override void Step(in Frame frame)
    {
        FillWithBias(frame);
        for (var batch = 0; batch < _batch; batch++)
        {
            for (var channel = 0; channel < _channels; channel++)
                AddChannel(frame, batch, channel);
        }
    }

    private void FillWithBias(in Frame frame)
    {
        var y = _y.Span(frame);
        var bias = _bias.Span(frame);
        var plane = _output[0] * _output[1];
        for (var i = 0; i < _batch * _outChannels; i++)
            y.Slice(i * plane, plane).Fill(bias.IsEmpty ? 0 : bias[i % _outChannels]);
    }

    private void AddChannel(in Frame frame, int batch, int channel)
    {
        var inputPlane = _input[0] * _input[1];
        var outputPlane = _output[0] * _output[1];
        var kernelPlane = _kernel[0] * _kernel[1];
        var perGroup = _outChannels / _groups;
        var firstOut = channel / (_channels / _groups) * perGroup;
        var x = _x.Span(frame).Slice(((batch * _channels) + channel) * inputPlane, inputPlane);
        for (var i = 0; i < perGroup; i++)
        {
            var weights = _weights.Span(frame).Slice(((channel * perGroup) + i) * kernelPlane, kernelPlane);
            var y = _y.Span(frame).Slice(((batch * _outChannels) + firstOut + i) * outputPlane, outputPlane);
            AddPlane(x, weights, y);
        }
    }

    private void AddPlane(ReadOnlySpan<float> x, ReadOnlySpan<float> weights, Span<float> y)
    {
        for (var i = 0; i < x.Length; i++)
        {
            for (var tap = 0; tap < weights.Length; tap++)
            {
                var h = (i / _input[1] * _strides[0]) - _pads[0] + (tap / _kernel[1] * _dilations[0]);
                var w = (i % _input[1] * _strides[1]) - _pads[1] + (tap % _kernel[1] * _dilations[1]);
                if ((uint)h >= (uint)_output[0] || (uint)w >= (uint)_output[1])
                    continue;
                ref var sum = ref y[(h * _output[1]) + w];
                sum = MathF.FusedMultiplyAdd(x[i], weights[tap], sum);
            }
        }
    }

    /// <summary>Keeps every position that <see cref="AddPlane"/> computes inside an int.</summary>
    private void RequireReach(int axis, OpReader reader)
    {
        var reach = ((long)(_input[axis] - 1) * _strides[axis]) + ((long)(_kernel[axis] - 1) * _dilations[axis]);
        if (reach > int.MaxValue / 2)
            throw reader.Error($"the kernel reaches over {reach} elements");
    }
}
