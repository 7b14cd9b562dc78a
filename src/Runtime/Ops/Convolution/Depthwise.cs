using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The arithmetic of depthwise convolutions: y = activation(w·window + bias) at every position, each row of the weights with the
/// window of its own channel.</summary>
internal sealed class Depthwise
{
    private readonly PackedMatrix _weights;
    private readonly Activation? _activation;
    private readonly float _xScale;
    private readonly bool _wide;

    /// <summary>Reads the op's matrix with its scales and biases, and activation, alpha, beta, xScale and activationBits.</summary>
    public Depthwise(OpReader reader, int rows, int taps)
    {
        _weights = new PackedMatrix(reader, reader.Matrices[0], rows, taps);
        _activation = Activation.ReadOptional(reader);
        if (_weights.HasShift)
            throw reader.Error("the windows of a depthwise convolution have no zero point");
        if (!_weights.IsInt8)
            return;
        _xScale = reader.OptionalFloat("xScale") ?? 0;
        _wide = ActivationBits.AreWide(reader, hasStaticScale: _xScale > 0);
    }

    /// <summary>Whether a Conv or ConvStep with these sizes has its weights as this wants them.</summary>
    public static bool Fits(OpReader reader, int kernel) =>
        PackedLayout.IsDepthwise(reader.Int("groups"), reader.Int("channels"), reader.Int("outChannels"), kernel);

    /// <param name="frame">The session's memory.</param>
    /// <param name="x">A vector for each position and a run for each tap, with an element for each row.</param>
    /// <param name="y">[positions, rows], apart from x.</param>
    public void Apply(scoped in Frame frame, scoped in Patches x, Span<float> y)
    {
        if (_weights.IsInt8)
            KernelSets.Active.DepthwiseS8(_weights.S8(frame), x, _xScale, _wide, y);
        else
            KernelSets.Active.DepthwiseF32(_weights.F32(frame), x, y);
        _activation?.Apply(y, y);
    }
}
