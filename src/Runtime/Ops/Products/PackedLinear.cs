using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Products;

/// <summary>y = activation(W·x + bias) with packed weights: the arithmetic of Linear, Conv and ConvStep.</summary>
internal sealed class PackedLinear
{
    private readonly PackedMatrix _weights;
    private readonly Activation? _activation;
    private readonly Scratch<byte> _scratch;
    private readonly bool _isWide;
    private readonly float _xScale;

    /// <summary>Reads the op's matrix with its scales and biases, and activation, alpha, beta, xScale and activationBits.</summary>
    /// <param name="reader">The op's reader.</param>
    /// <param name="rows">Rows of one group.</param>
    /// <param name="columns">Columns of one group.</param>
    /// <param name="vectors">Most vectors of one call.</param>
    /// <param name="groups">Number of matrices.</param>
    public PackedLinear(OpReader reader, int rows, int columns, int vectors, int groups = 1)
    {
        _weights = new PackedMatrix(reader, reader.Matrices[0], rows, columns, groups);
        _activation = Activation.ReadOptional(reader);
        if (!_weights.IsInt8)
            return;
        _xScale = reader.OptionalFloat("xScale") ?? 0;
        _isWide = ActivationBits.AreWide(reader, hasStaticScale: _xScale > 0);
        if (_weights.HasShift && (_isWide || _xScale > 0))
            throw reader.Error("a zero point goes with 8 bits and without a static scale");
        _scratch = reader.Scratch<byte>(_isWide ? KernelScratch.WideS8(columns, vectors) : KernelScratch.LinearS8(columns, vectors));
    }

    /// <summary>The same weights for every session.</summary>
    public bool IsConstant => _weights.IsConstant;

    /// <summary>The same arithmetic for the members of a group; null where they have nothing to share.</summary>
    /// <param name="reader">The op's reader.</param>
    /// <param name="vectors">Vectors of each member.</param>
    public GroupProduct? ForGroups(OpReader reader, int vectors) =>
        _isWide ? null : GroupProduct.Create(reader, _weights, _xScale, vectors, _activation);

    /// <param name="frame">The session's memory.</param>
    /// <param name="group">Which matrix.</param>
    /// <param name="x">[vectors, columns].</param>
    /// <param name="y">[vectors, rows], apart from x.</param>
    /// <param name="vectors">From 1 to the constructor's.</param>
    public void Apply(scoped in Frame frame, int group, ReadOnlySpan<float> x, Span<float> y, int vectors)
    {
        if (vectors > 1 || _isWide || !_weights.IsInt8)
        {
            Apply(frame, group, new Patches(x, vectors, _weights.Columns), y);
            return;
        }

        KernelSets.Active.LinearS8(_weights.S8(frame, group), x, _xScale, y, 1, _scratch.Span(frame));
        _activation?.Apply(y, y);
    }

    /// <param name="frame">The session's memory.</param>
    /// <param name="group">Which matrix.</param>
    /// <param name="x">1 to the constructor's number of vectors.</param>
    /// <param name="y">[vectors, rows], apart from x.</param>
    public void Apply(scoped in Frame frame, int group, in Patches x, Span<float> y)
    {
        if (_isWide)
        {
            KernelSets.Active.MultiplyWideS8(_weights.S8(frame, group), x, y, _scratch.Span(frame));
        }
        else if (_weights.IsInt8)
        {
            KernelSets.Active.MultiplyS8(_weights.S8(frame, group), x, _xScale, y, _scratch.Span(frame));
        }
        else
        {
            KernelSets.Active.MultiplyF32(_weights.F32(frame, group), x, y);
        }

        _activation?.Apply(y, y);
    }
}
