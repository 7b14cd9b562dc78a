
namespace EdgeSeq.Runtime.Definitions;

/// <summary>What a weight matrix multiplies.</summary>
public enum VectorSource
{
    /// <summary>The vectors of the input x, one after another.</summary>
    Rows,

    /// <summary>What lies under a convolution's kernel at each position of x [batch, channels, H, W], in the order
    /// [kernel][channel in group].</summary>
    Patches,

    /// <summary>What lies under a convolution's kernel in a ring of elements along time, in the order
    /// [tap, oldest first][channel in group].</summary>
    Ring,

    /// <summary>The layer's own state.</summary>
    State,
}
