using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Convolution;

/// <summary>The arithmetic of depthwise convolutions: y = activation(w·window + bias), each row of the weights with the window of its
/// own channel.</summary>
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
    /// <param name="x">Each tap has an element for each row.</param>
    /// <param name="taps">Where each tap starts in x.</param>
    /// <param name="y">[rows], apart from x.</param>
    public void Apply(scoped in Frame frame, ReadOnlySpan<float> x, ReadOnlySpan<int> taps, Span<float> y)
    {
        if (_weights.IsInt8)
            KernelSets.Active.DepthwiseS8(_weights.S8(frame), x, taps, _xScale, _wide, y);
        else
            KernelSets.Active.DepthwiseF32(_weights.F32(frame), x, taps, y);
        _activation?.Apply(y, y);
    }
}
