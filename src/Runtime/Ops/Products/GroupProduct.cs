using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Products;

/// <summary>A packed matrix times vectors of every member of a group, in one pass over the weights: the caller fills
/// <see cref="X"/>, calls <see cref="Multiply"/> and reads <see cref="Y"/>.</summary>
internal sealed class GroupProduct
{
    private readonly PackedMatrix _weights;
    private readonly Activation? _activation;
    private readonly GroupScratch<float> _x;
    private readonly GroupScratch<float> _y;
    private readonly GroupScratch<byte> _quantised;
    private readonly float _xScale;
    private readonly int _vectors;

    private GroupProduct(OpReader reader, PackedMatrix weights, float xScale, int vectors, Activation? activation)
    {
        _weights = weights;
        _activation = activation;
        _xScale = xScale;
        _vectors = vectors;
        _x = reader.GroupScratch<float>(reader.Product(vectors, weights.Columns));
        _y = reader.GroupScratch<float>(reader.Product(vectors, weights.Rows));
        _quantised = reader.GroupScratch<byte>(weights.IsInt8 ? KernelScratch.LinearS8(weights.Columns, vectors) : 0);
    }

    /// <param name="reader">The op's reader.</param>
    /// <param name="weights">The matrix, or several of one size.</param>
    /// <param name="xScale">Scale of the quantised x, 0 for a dynamic one.</param>
    /// <param name="vectors">Vectors of each member.</param>
    /// <param name="activation">Applied to y.</param>
    /// <returns>Null where there is nothing to share: each session has weights of its own, or a step already has enough vectors
    /// for its pass over the weights.</returns>
    public static GroupProduct? Create(OpReader reader, PackedMatrix weights, float xScale, int vectors = 1,
        Activation? activation = null) =>
        weights.IsConstant && vectors < GroupFrame.MaxMembers ? new GroupProduct(reader, weights, xScale, vectors, activation) : null;

    /// <summary>[vectors, columns] of one member.</summary>
    public Span<float> X(scoped in GroupFrame group, int member) => _x.Span(group, member);

    /// <summary>[vectors, rows] of one member.</summary>
    public ReadOnlySpan<float> Y(scoped in GroupFrame group, int member) => _y.Span(group, member);

    /// <summary>Y = activation(W·X + bias) with one of the matrices.</summary>
    public void Multiply(in GroupFrame group, int matrix = 0)
    {
        // Constants: any member's frame leads to them.
        ref readonly var frame = ref group.Members[0];
        var y = _y.Span(group);
        var vectors = group.Members.Length * _vectors;
        if (_weights.IsInt8)
            KernelSets.Active.LinearS8(_weights.S8(frame, matrix), _x.Span(group), _xScale, y, vectors, _quantised.Span(group));
        else
            KernelSets.Active.LinearF32(_weights.F32(frame, matrix), _x.Span(group), y, vectors);
        _activation?.Apply(y, y);
    }
}
