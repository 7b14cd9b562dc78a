using EdgeSeq.Device.Resampling;

namespace EdgeSeq.Device.Sources;

/// <summary>Single samples at another rate than they were recorded at. A missing sample makes the next converted one missing; in the filter
/// the last good one stands for it.</summary>
internal sealed class ConvertedReader : ISampleReader
{
    private readonly ISampleReader _inner;
    private readonly RateConverter _converter;
    private readonly float[] _sample = new float[1];

    public ConvertedReader(string source, ISampleReader inner, double fromHz, double toHz)
    {
        _inner = inner;
        _converter = new RateConverter(source, 1, fromHz, toHz);
        Conversion = new RateConversion(fromHz, toHz, _converter.DelaySeconds);
    }

    public RateConversion Conversion { get; }

    public double? RateHz => Conversion.ToHz;

    public long? Count => (long?)(_inner.Count * Conversion.ToHz / Conversion.FromHz);

    public bool IsLive => _inner.IsLive;

    public string? Position => _inner.Position;

    public StampReport? Stamps => _inner.Stamps;

    public int Read(Span<float> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            if (!TryNext(samples.Slice(i, 1)))
                return i;
        }

        return samples.Length;
    }

    public void Dispose() => _inner.Dispose();

    private bool TryNext(Span<float> output)
    {
        var isGood = true;
        while (!_converter.HasOutput)
        {
            if (_inner.Read(_sample) == 0)
                return false;
            isGood &= float.IsFinite(_sample[0]);
            if (float.IsFinite(_sample[0]))
                _converter.Push(_sample);
            else
                _converter.PushMissing(_sample);
        }

        _converter.Pull(output);
        if (!isGood)
            output[0] = float.NaN;
        return true;
    }
}
