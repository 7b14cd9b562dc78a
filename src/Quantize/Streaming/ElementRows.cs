namespace EdgeSeq.Quantize.Streaming;

/// <summary>The rows that an element has along an axis of [before · time · behind].</summary>
internal readonly record struct ElementRows(int Before, int Behind)
{
    public static ElementRows One => new(1, 1);

    public int Count => Before * Behind;

    /// <summary>Where on the whole axis a row of an element lies.</summary>
    /// <param name="length">Elements.</param>
    public int At(int row, int element, int length) => (((row / Behind * length) + element) * Behind) + (row % Behind);
}
