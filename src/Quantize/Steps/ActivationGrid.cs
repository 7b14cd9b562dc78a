namespace EdgeSeq.Quantize.Steps;

/// <summary>The values that a model's own rounding leaves: n · <see cref="Scale"/> for whole numbers n, the zero point taken off.</summary>
/// <param name="Scale">Above 0.</param>
/// <param name="Low">Smallest n.</param>
/// <param name="High">Largest n.</param>
internal sealed record ActivationGrid(float Scale, int Low, int High)
{
    /// <summary>Levels that an int8 activation has, -127 to 127.</summary>
    private const int Largest = 127;

    /// <summary>Whether the levels, moved by <see cref="Shift"/>, are those of an int8 activation, but for one at an end.</summary>
    public bool FitsInt8 => High - Low <= 2 * Largest + 1;

    /// <summary>What is added to n so that it lies in [-127, 127]; of 256 levels the one at the end away from zero is lost.</summary>
    public int Shift => Low >= -Largest - 1 && High <= Largest ? 0 : Low >= -Largest ? -Low - Largest : -Low - Largest - 1;
}
