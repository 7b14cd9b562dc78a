namespace EdgeSeq.Runtime.Kernels.Vector;

/// <summary>A matrix of a recurrent layer by its addresses, and the quantised vector that it multiplies.</summary>
internal readonly unsafe struct LayerProduct(sbyte* weights, nint tileStride, float* scale, float* bias, PreparedVector* x)
{
    public readonly sbyte* Weights = weights;
    public readonly nint TileStride = tileStride;
    public readonly float* Scale = scale;

    /// <summary>Null: no bias.</summary>
    public readonly float* Bias = bias;

    /// <summary>By address: copied, a vector that was just prepared would have to reach the cache first.</summary>
    public readonly PreparedVector* X = x;
}
