namespace EdgeSeq.Quantize.Streaming;

/// <summary>How many steps a program does for each element of its inputs. A node that makes more elements than that has wanted more
/// steps and is refused; with them it is not.</summary>
internal sealed class InputRate(int steps = 1)
{
    public int Steps { get; } = steps;

    /// <summary>The steps that a refused node wanted; null where none did.</summary>
    public int? Wanted { get; set; }
}
