using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Ops.Attention;

/// <summary>Attention of the newest token to the last window tokens (itself among them), whose keys and values lie in rings in the
/// state, in float or int8. heads / kvHeads query heads share one key/value head.</summary>
internal sealed class CausalAttention : StepOp
{
    private readonly Source<float> _q;
    private readonly Source<float> _k;
    private readonly Source<float> _v;
    private readonly Source<float> _bias;
    private readonly Target<float> _keysF32;
    private readonly Target<float> _valuesF32;
    private readonly Target<sbyte> _keysS8;
    private readonly Target<sbyte> _valuesS8;
    private readonly Source<float> _keyBias;
    private readonly Target<float> _keyBiases;
    private readonly Target<float> _keyScale;
    private readonly Target<float> _valueScale;
    private readonly Target<float> _y;
    private readonly Scratch<byte> _scratch;
    private readonly AttentionBias _biasKind;
    private readonly int _kvHeads;
    private readonly int _keySize;
    private readonly int _valueSize;
    private readonly int _window;
    private readonly int _biasRows;
    private readonly int _biasHeads;
    private readonly float _scale;
    private readonly float _softcap;
    private readonly bool _int8;

    public CausalAttention(OpReader reader)
    {
        var heads = reader.Int("heads");
        _kvHeads = reader.Int("kvHeads");
        if (heads % _kvHeads != 0)
            throw reader.Error($"{heads} heads do not divide by {_kvHeads} key/value heads");
        _keySize = reader.Int("keySize");
        _valueSize = reader.Int("valueSize");
        _window = reader.Int("window");
        _scale = reader.Float("scale");
        _softcap = reader.OptionalFloat("softcap") ?? 0;
        _q = reader.In<float>("q", reader.Product(heads, _keySize));
        _k = reader.In<float>("k", reader.Product(_kvHeads, _keySize));
        _v = reader.In<float>("v", reader.Product(_kvHeads, _valueSize));
        _y = reader.Out<float>("y", reader.Product(heads, _valueSize));

        _int8 = reader.InType("kRing") == ElementType.I8;
        if (_int8)
        {
            _keysS8 = reader.Ring<sbyte>("kRing", reader.Product(_kvHeads, PackedLayout.LengthS8(_window, _keySize)));
            _valuesS8 = reader.Ring<sbyte>("vRing", reader.Product(_kvHeads, PackedLayout.LengthS8(_valueSize, _window)));
            _keyScale = reader.Ring<float>("kScale", reader.Product(_kvHeads, _window));
            _valueScale = reader.Ring<float>("vScale", reader.Product(_kvHeads, _window));
            _scratch = reader.Scratch<byte>(Math.Max(
                KernelScratch.AttentionS8(heads, _keySize, _window), KernelScratch.LinearS8(Math.Max(_keySize, _valueSize), 2 * _kvHeads)));
        }
        else
        {
            _keysF32 = reader.Ring<float>("kRing", reader.Product(_kvHeads, PackedLayout.LengthF32(_window, _keySize)));
            _valuesF32 = reader.Ring<float>("vRing", reader.Product(_kvHeads, PackedLayout.LengthF32(_valueSize, _window)));
            if (reader.HasIn("kScale") || reader.HasIn("vScale"))
                throw reader.Error("float rings have no scales");
            _scratch = reader.Scratch<byte>(KernelScratch.AttentionF32(_window));
        }

        if (reader.HasIn("keyBias"))
        {
            _keyBias = reader.In<float>("keyBias", 1);
            _keyBiases = reader.Ring<float>("keyBiases", _window);
        }
        else if (reader.HasIn("keyBiases"))
        {
            throw reader.Error("it has a ring of key biases and no key bias");
        }

        _biasKind = reader.Choice<AttentionBias>("bias");
        _biasHeads = reader.Int("biasHeads", most: heads);
        _biasRows = reader.Int("rows");
        var sliding = reader.Flag("sliding");
        if (_biasKind == AttentionBias.None)
            return;
        if (_biasHeads != 1 && _biasHeads != heads)
            throw reader.Error($"biasHeads is {_biasHeads}, not 1 or {heads}");
        if (_biasKind == AttentionBias.Relative)
            _biasRows = 1;
        else if (sliding || _biasRows == 0)
            throw reader.Error("an absolute bias needs rows and does not fit a sliding window");
        _bias = reader.In<float>("bias", reader.Product(_biasHeads, _biasRows, _window));
    }

    public override void Step(in Frame frame)
    {
        var slot = (int)(frame.Tick % _window);
        var tokens = (int)Math.Min(frame.Tick + 1, _window);
        var scratch = _scratch.Span(frame);
        if (!MayKeep(frame, _k) || !MayKeep(frame, _v) || !MayKeep(frame, _q) || !KeepBias(frame, slot))
            return;
        if (_int8)
        {
            var ring = new AttentionRingS8(
                _keysS8.Span(frame),
                _valuesS8.Span(frame),
                _keyScale.Span(frame),
                _valueScale.Span(frame),
                _kvHeads,
                _keySize,
                _valueSize,
                _window);
            KernelSets.Active.AppendS8(ring, slot, _k.Span(frame), _v.Span(frame), scratch);
            KernelSets.Active.AttentionS8(ring, tokens, slot, Rule(frame, tokens), _q.Span(frame), _y.Span(frame), scratch);
        }
        else
        {
            var ring = new AttentionRingF32(_keysF32.Span(frame), _valuesF32.Span(frame), _kvHeads, _keySize, _valueSize, _window);
            KernelSet.AppendF32(ring, slot, _k.Span(frame), _v.Span(frame));
            KernelSets.Active.AttentionF32(ring, tokens, slot, Rule(frame, tokens), _q.Span(frame), _y.Span(frame), scratch);
        }
    }

    private static bool MayKeep(in Frame frame, Source<float> x) => frame.MayKeep(x.Span(frame), StateCheck.Finite);

    private bool KeepBias(in Frame frame, int slot)
    {
        if (!_keyBias.Exists)
            return true;
        if (!MayKeep(frame, _keyBias))
            return false;
        _keyBiases.Span(frame)[slot] = _keyBias.Span(frame)[0];
        return true;
    }

    private AttentionRule Rule(scoped in Frame frame, int tokens)
    {
        var row = _biasKind == AttentionBias.Absolute ? (int)Math.Min(frame.Tick, _biasRows - 1) : 0;
        return new AttentionRule
        {
            Scale = _scale,
            Softcap = _softcap,
            Kind = _biasKind,
            Bias = _bias.Exists ? _bias.Span(frame)[(row * _window)..] : default,
            BiasStride = _biasHeads == 1 ? 0 : _biasRows * _window,
            KeyBias = _keyBias.Exists ? _keyBiases.Span(frame)[..tokens] : default,
        };
    }
}
