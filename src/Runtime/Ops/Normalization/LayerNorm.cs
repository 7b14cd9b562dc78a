using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Normalization;

/// <summary>Normalises each vector of [outer, count] to mean 0 and variance 1 (rms: to root mean square 1), then scales and shifts
/// it; y may be x.</summary>
internal sealed class LayerNorm : StepOp
{
    private readonly Source<float> _x;
    private readonly Source<float> _scale;
    private readonly Source<float> _bias;
    private readonly Target<float> _y;
    private readonly int _count;
    private readonly float _epsilon;
    private readonly bool _rms;

    public LayerNorm(OpReader reader)
    {
        var outer = reader.Int("outer");
        _count = reader.Int("count");
        _epsilon = reader.Float("epsilon");
        _rms = reader.Flag("rms");
        _x = reader.In<float>("x", reader.Product(outer, _count));
        _scale = reader.OptionalIn<float>("scale", _count);
        _bias = reader.OptionalIn<float>("bias", _count);
        if (_rms && _bias.Exists)
            throw reader.Error("rms has no bias");
        _y = reader.Out<float>("y", _x.Length);
    }

    public override void Step(in Frame frame)
    {
        var x = _x.Span(frame);
        var y = _y.Span(frame);
        for (var start = 0; start < x.Length; start += _count)
        {
            var vector = x.Slice(start, _count);
            var result = y.Slice(start, _count);
            if (_rms)
                KernelSets.Active.RmsNorm(vector, _scale.Span(frame), _epsilon, result);
            else
                KernelSets.Active.LayerNorm(vector, _scale.Span(frame), _bias.Span(frame), _epsilon, result);
        }
    }
}
