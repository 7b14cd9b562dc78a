namespace EdgeSeq.Runtime.Kernels.Numerics;

internal static class GateBounds
{
    /// <summary>A state beyond this is cut, so that its product with the gates' denominators is finite.</summary>
    public const float State = 1.1529215e18f;
}
