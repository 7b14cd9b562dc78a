namespace EdgeSeq.Runtime.Kernels;

/// <summary>
/// One pass of a transform: point i = p·Stride + q of each of Radix parts, Count·Stride points long, meets the points i of the others;
/// part k of the result, turned by e^(-2πi·p·k/(Radix·Count)), belongs at q + Stride·(Radix·p + k).
/// </summary>
/// <param name="radix">2, 3, 4 or 5.</param>
/// <param name="stride">Transforms that lie side by side.</param>
/// <param name="count">Points of a part of one of them.</param>
/// <param name="table">Where its numbers begin among those of all passes.</param>
internal sealed class FourierPass(int radix, int stride, int count, int table)
{
    public int Radix => radix;

    public int Stride => stride;

    public int Count => count;

    public int Table => table;

    /// <summary>Points of a part.</summary>
    public int Points { get; } = stride * count;

    /// <summary>As many, in whole lines of lanes.</summary>
    public int Padded { get; } = FourierPlan.Padded(stride * count);

    /// <summary>Whether whole lines of lanes go to their place at once. Otherwise part k of the result begins at
    /// k·<see cref="Run"/>, and is to be put in its place.</summary>
    public bool IsInPlace => stride % FourierPlan.Line == 0;

    /// <summary>Points that stay together.</summary>
    public int Run => IsInPlace ? stride : Padded;

    /// <summary>Runs of a part.</summary>
    public int Runs => IsInPlace ? count : 1;

    /// <summary>The last pass turns nothing.</summary>
    public bool Turns => count > 1;

    /// <summary>Elements of half a buffer that it touches.</summary>
    public int Room => radix * Padded;

    /// <summary>Cosines and sines of the Radix-th parts of a turn, but for a radix of 4; then, for each part but the first, those of its
    /// points.</summary>
    public int TableLength => Roots + (Turns ? 2 * (radix - 1) * Padded : 0);

    /// <summary>Elements of the roots' table.</summary>
    public int Roots => radix == 4 ? 0 : FourierPlan.Line;

    public void Fill(Span<float> numbers)
    {
        for (var j = 0; j < radix && Roots > 0; j++)
            (numbers[j], numbers[radix + j]) = FourierPlan.Turn(j, radix);

        var turns = numbers[Roots..];
        for (var k = 1; k < radix && Turns; k++)
        {
            for (var i = 0; i < Points; i++)
                (turns[i], turns[Padded + i]) = FourierPlan.Turn((long)(i / stride) * k, radix * count);

            turns = turns[(2 * Padded)..];
        }
    }
}
