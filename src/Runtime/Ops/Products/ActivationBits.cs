using EdgeSeq.Runtime.Ops.Basics;

namespace EdgeSeq.Runtime.Ops.Products;

/// <summary>The attribute activationBits of the ops with int8 weights: 16 quantises activations twice.</summary>
internal static class ActivationBits
{
    private const int NarrowBits = 8;
    private const int WideBits = 16;

    /// <param name="reader">The op's reader.</param>
    /// <param name="hasStaticScale">Whether the op gives a scale for the activations, which does not go with 16 bits.</param>
    public static bool AreWide(OpReader reader, bool hasStaticScale) =>
        reader.Int("activationBits") switch
        {
            NarrowBits => false,
            WideBits when !hasStaticScale => true,
            _ => throw reader.Error("activationBits is 8, or 16 without a static scale"),
        };
}
