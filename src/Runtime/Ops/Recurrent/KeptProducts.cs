using EdgeSeq.Runtime.Ops.Basics;
using EdgeSeq.Runtime.Ops.Products;

namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>W·x plus its bias of all steps of a layer whose x moves on from tick to tick: a ring keeps those that the next tick takes
/// again, each tick computes those of the steps that x brings.</summary>
internal sealed class KeptProducts
{
    private readonly BlockProduct _product;
    private readonly TurnRing _ring;
    private readonly int _head;
    private readonly int _fresh;
    private readonly int _length;
    private readonly int _size;

    /// <param name="reader">The op's reader.</param>
    /// <param name="product">For all steps of x.</param>
    /// <param name="steps">Of the layer.</param>
    /// <param name="size">Numbers of a step's products.</param>
    /// <param name="newSteps">Which of the steps x brings.</param>
    public KeptProducts(OpReader reader, BlockProduct product, int steps, int size, NewSteps newSteps)
    {
        (_product, _head, _fresh, _size) = (product, newSteps.Head, newSteps.Fresh, size);
        _length = steps - newSteps.Head - newSteps.Tail;
        _ring = new TurnRing(reader, "products", 1, _length, size, _fresh, reader.Int("turns"));
    }

    /// <summary>Takes the tick's steps.</summary>
    /// <param name="frame">The session's memory.</param>
    /// <param name="x">[head + fresh + tail, batch, input].</param>
    public Of Advance(scoped in Frame frame, ReadOnlySpan<float> x)
    {
        var computed = _product.Multiply(frame, x);
        return new Of(this, computed, _ring.Push(frame, computed.Slice(_head * _size, _fresh * _size)));
    }

    /// <summary>All steps of a tick.</summary>
    public readonly ref struct Of(KeptProducts kept, ReadOnlySpan<float> computed, int oldest)
    {
        private readonly KeptProducts _kept = kept;
        private readonly ReadOnlySpan<float> _computed = computed;
        private readonly int _oldest = oldest;

        /// <summary>The products of a step, [batch, rows].</summary>
        public ReadOnlySpan<float> Step(in Frame frame, int step)
        {
            if (step < _kept._head)
                return _computed.Slice(step * _kept._size, _kept._size);

            var behind = step - _kept._head - _kept._length;
            return behind < 0
                ? _kept._ring.Element(frame, _oldest, behind + _kept._length)
                : _computed.Slice((_kept._head + _kept._fresh + behind) * _kept._size, _kept._size);
        }
    }
}
