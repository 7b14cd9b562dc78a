using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Replay;

/// <summary>What an output decides: the class with the largest value, or, of one value, whether it is at least one half.</summary>
internal static class Decision
{
    /// <summary>How many there are to decide between.</summary>
    public static int Classes(OutputInfo output) => Math.Max(2, output.Length);

    public static int Of(ReadOnlySpan<float> output)
    {
        if (output.Length == 1)
            return output[0] >= 0.5f ? 1 : 0;

        var best = 0;
        for (var i = 1; i < output.Length; i++)
        {
            if (output[i] > output[best])
                best = i;
        }

        return best;
    }
}
