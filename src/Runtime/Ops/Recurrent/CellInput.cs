namespace EdgeSeq.Runtime.Ops.Recurrent;

/// <summary>What goes into a cell beside its state: x, or W·x plus its bias where that is known.</summary>
/// <param name="x">[input]; empty where the products are given.</param>
/// <param name="products">In the matrix's row order; empty where x is given.</param>
internal readonly ref struct CellInput(ReadOnlySpan<float> x, ReadOnlySpan<float> products)
{
    public readonly ReadOnlySpan<float> X = x;
    public readonly ReadOnlySpan<float> Products = products;

    public bool IsProduct => !Products.IsEmpty;
}
