using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Products;

/// <summary>A packed matrix times up to a number of vectors of one session, in one pass over the weights.</summary>
internal sealed class BlockProduct
{
    private readonly PackedMatrix _weights;
    private readonly Scratch<float> _y;
    private readonly Scratch<byte> _quantised;
    private readonly float _xScale;
    private readonly bool _isWide;

    /// <param name="reader">The op's reader.</param>
    /// <param name="weights">The matrix.</param>
    /// <param name="xScale">Scale of the quantised x, 0 for a dynamic one.</param>
    /// <param name="vectors">Most vectors of one call.</param>
    /// <param name="isWide">Int8 vectors have 16 bits.</param>
    public BlockProduct(OpReader reader, PackedMatrix weights, float xScale, int vectors, bool isWide = false)
    {
        _weights = weights;
        _xScale = xScale;
        _isWide = isWide;
        _y = reader.Scratch<float>(reader.Product(vectors, weights.Rows));
        _quantised = reader.Scratch<byte>(!weights.IsInt8 ? 0
            : isWide ? KernelScratch.WideS8(weights.Columns, vectors) : KernelScratch.LinearS8(weights.Columns, vectors));
    }

    /// <summary>W·x + bias, [vectors, rows].</summary>
    /// <param name="frame">The session's memory.</param>
    /// <param name="x">[vectors, columns].</param>
    public ReadOnlySpan<float> Multiply(scoped in Frame frame, ReadOnlySpan<float> x)
    {
        var vectors = x.Length / _weights.Columns;
        var y = _y.Span(frame)[..(vectors * _weights.Rows)];
        if (_isWide)
            KernelSets.Active.MultiplyWideS8(_weights.S8(frame), new Patches(x, vectors, _weights.Columns), y, _quantised.Span(frame));
        else if (_weights.IsInt8)
            KernelSets.Active.LinearS8(_weights.S8(frame), x, _xScale, y, vectors, _quantised.Span(frame));
        else
            KernelSets.Active.LinearF32(_weights.F32(frame), x, y, vectors);
        return y;
    }
}
