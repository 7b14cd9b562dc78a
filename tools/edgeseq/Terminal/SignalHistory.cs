namespace EdgeSeq.Tool.Terminal;

/// <summary>The last samples of each channel, oldest first.</summary>
internal sealed class SignalHistory(int channels, int length)
{
    private readonly float[] _values = new float[channels * length];
    private int _count;

    public void Add(ReadOnlySpan<float> sample)
    {
        for (var channel = 0; channel < channels; channel++)
        {
            var row = _values.AsSpan(channel * length, length);
            row[1..].CopyTo(row);
            row[^1] = sample[channel];
        }

        _count = Math.Min(_count + 1, length);
    }

    public ReadOnlySpan<float> Channel(int channel) => _values.AsSpan((channel + 1) * length - _count, _count);
}
