using EdgeSeq.Runtime.Kernels;
using EdgeSeq.Runtime.Kernels.Selection;
using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Products;

/// <summary>W·x + bias of an int8 matrix with x quantised twice: its int8 codes, then those of what they leave over, at 1/254 of
/// their step. Two passes over the weights give nearly what 16-bit activations would.</summary>
internal sealed class WideProduct
{
    private const int NarrowBits = 8;
    private const int WideBits = 16;

    private readonly Scratch<float> _taps;
    private readonly Scratch<sbyte> _codes;
    private readonly Scratch<float> _rest;
    private readonly Scratch<float> _restProduct;

    private WideProduct(OpReader reader, int columns, int rows)
    {
        _taps = reader.Scratch<float>(columns);
        _codes = reader.Scratch<sbyte>(PackedLayout.PadColumnsS8(columns));
        _rest = reader.Scratch<float>(columns);
        _restProduct = reader.Scratch<float>(rows);
    }

    /// <summary>Null unless the op's activationBits are 16.</summary>
    /// <param name="reader">The op's reader.</param>
    /// <param name="columns">Most columns of a matrix.</param>
    /// <param name="rows">Most rows of a matrix.</param>
    /// <param name="hasStaticScale">Whether the op gives a scale for the activations, which does not go with 16 bits.</param>
    public static WideProduct? ReadOptional(OpReader reader, int columns, int rows, bool hasStaticScale) =>
        ReadBits(reader, hasStaticScale) ? new WideProduct(reader, columns, rows) : null;

    /// <summary>Whether the op's activationBits are 16.</summary>
    public static bool ReadBits(OpReader reader, bool hasStaticScale) =>
        reader.Int("activationBits") switch
        {
            NarrowBits => false,
            WideBits when !hasStaticScale => true,
            _ => throw reader.Error("activationBits is 8, or 16 without a static scale"),
        };

    /// <param name="frame">The session's memory.</param>
    /// <param name="weights">The matrix.</param>
    /// <param name="x">Vectors that are read where they lie.</param>
    /// <param name="vector">Which of them.</param>
    /// <param name="y">[rows], apart from x.</param>
    /// <param name="scratch"><see cref="KernelScratch.LinearS8"/> bytes.</param>
    public void Apply(scoped in Frame frame, MatrixS8 weights, in Patches x, int vector, Span<float> y, Span<byte> scratch)
    {
        var taps = _taps.Span(frame)[..x.Columns];
        for (var i = 0; i < taps.Length; i++)
            taps[i] = x[vector, i];
        Apply(frame, weights, taps, y, scratch);
    }

    /// <param name="frame">The session's memory.</param>
    /// <param name="weights">The matrix.</param>
    /// <param name="x">[columns].</param>
    /// <param name="y">[rows], apart from x.</param>
    /// <param name="scratch"><see cref="KernelScratch.LinearS8"/> bytes.</param>
    public void Apply(scoped in Frame frame, MatrixS8 weights, ReadOnlySpan<float> x, Span<float> y, Span<byte> scratch)
    {
        var kernels = KernelSets.Active;
        var codes = _codes.Span(frame)[..PackedLayout.PadColumnsS8(x.Length)];
        kernels.LinearS8(weights, x, 0, y, 1, scratch);
        var step = kernels.QuantizeS8(x, codes);
        var finerStep = step / KernelSet.WideSteps;
        if (finerStep == 0)
            return;
        var rest = _rest.Span(frame)[..x.Length];
        for (var i = 0; i < rest.Length; i++)
            rest[i] = MathF.FusedMultiplyAdd(-codes[i], step, x[i]);
        var restProduct = _restProduct.Span(frame)[..y.Length];
        kernels.LinearS8(weights.WithoutBias(), rest, finerStep, restProduct, 1, scratch);
        kernels.Binary(BinaryFunction.Add, y, restProduct, y);
    }
}
