using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;

namespace EdgeSeq.Runtime.Ops;

/// <summary>The arithmetic of depthwise convolutions: y = activation(w·window + bias), each row of the weights with the window of its
/// own channel.</summary>
internal sealed class Depthwise
{
    private readonly PackedMatrix _weights;
    private readonly Activation? _activation;
    private readonly float _xScale;
    private readonly bool _wide;

    /// <summary>Reads the operands weights, scales and biases from <paramref name="firstOperand"/> on, and activation, alpha, beta,
    /// xScale and activationBits.</summary>
    public Depthwise(OpReader reader, int firstOperand, int rows, int taps)
    {
        _weights = new PackedMatrix(reader, firstOperand, firstOperand + 2, rows, taps);
        _activation = Activation.ReadOptional(reader);
        if (!_weights.IsInt8)
            return;
        _xScale = reader.OptionalScale("xScale") ?? 0;
        _wide = WideProduct.ReadBits(reader, hasStaticScale: _xScale > 0);
    }

    /// <summary>Whether a Conv or ConvStep with these sizes has its weights as this wants them.</summary>
    public static bool Fits(OpReader reader, int kernel) =>
        PackedLayout.IsDepthwise(reader.Size("groups", 1), reader.Size("channels"), reader.Size("outChannels"), kernel);

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
