using EdgeSeq.Device.Resampling;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>A device at another rate than the program wants. A faulty sample makes the next converted one faulty; in the filter the last
/// good sample stands for it.</summary>
internal sealed class RateConvertedSampler : ISampler
{
    private readonly ISampler _device;
    private readonly RateConverter _converter;
    private readonly float[] _sample;

    /// <param name="device">Of a known rate.</param>
    public RateConvertedSampler(string source, ISampler device, double toHz)
    {
        _device = device;
        _converter = new RateConverter(source, device.Channels, device.RateHz!.Value, toHz);
        _sample = new float[device.Channels];
        RateHz = toHz;
        Report.ConversionDelay = _converter.DelaySeconds;
        Report.ConvertedRateHz = toHz;
    }

    public int Channels => _device.Channels;

    public double? RateHz { get; }

    public SamplingReport Report => _device.Report;

    public bool TryNext(Span<float> sample, out SampleMark mark)
    {
        mark = default;
        while (!_converter.HasOutput)
        {
            if (!_device.TryNext(_sample, out var next))
                return false;
            mark = SampleMarks.Join(mark, next);
            if (next.IsOk)
                _converter.Push(_sample);
            else
                _converter.PushMissing(_sample);
        }

        _converter.Pull(sample);
        if (!mark.IsOk)
            sample.Fill(float.NaN);
        return true;
    }

    public void Dispose() => _device.Dispose();
}
