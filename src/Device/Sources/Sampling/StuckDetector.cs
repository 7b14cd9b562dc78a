using System.Runtime.InteropServices;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>Finds samples that repeat to the bit for longer than a working sensor's noise allows.</summary>
/// <param name="channels">Values of a sample.</param>
/// <param name="limit">Equal samples in a row that are still believed; 0 believes any number.</param>
internal sealed class StuckDetector(int channels, int limit)
{
    private readonly float[] _last = new float[channels];
    private int _equal;

    /// <summary>Takes the next good sample; true once it and those before are stuck.</summary>
    public bool IsStuck(ReadOnlySpan<float> sample)
    {
        if (limit == 0)
            return false;
        var isEqual = MemoryMarshal.AsBytes(sample).SequenceEqual(MemoryMarshal.AsBytes(_last.AsSpan()));
        _equal = isEqual ? _equal + 1 : 0;
        sample.CopyTo(_last);
        return _equal >= limit;
    }
}
