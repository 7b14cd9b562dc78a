using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>Asks a sensor for a sample at a fixed rate. A read that fails is tried again while half of the sample's time lasts; a sensor
/// that fails sample after sample is closed and opened again, less and less often.</summary>
internal sealed class SensorSampler : ISampler
{
    private const int MostTries = 4;

    /// <summary>Share of a sample's time that reading may take, retries included; the rest is the step's.</summary>
    private const double ReadShare = 0.5;

    private const double SecondsBetweenReopenings = 10;

    private readonly Func<ISensor> _open;
    private readonly ChannelSelection _selection;
    private readonly float[] _values;
    private readonly int _reopenAfter;
    private readonly StuckDetector _stuck;
    private readonly FaultLog _log;
    private readonly Pacer? _pacer;
    private readonly StopSignal _stop;
    private readonly IClock _clock;
    private ISensor? _sensor;
    private long _failures;
    private long _reopenAt;
    private long _reopenInterval;

    /// <param name="open">Opens the sensor; called again after faults.</param>
    /// <param name="sensor">The sensor, opened.</param>
    public SensorSampler(Func<ISensor> open, ISensor sensor, ChannelSelection selection, SamplerSettings settings)
    {
        _open = open;
        _sensor = sensor;
        _selection = selection;
        _values = new float[sensor.Channels.Count];
        _reopenAfter = settings.ReopenAfter;
        _stuck = new StuckDetector(selection.Indexes.Count, settings.StuckAfter);
        _log = new FaultLog(settings.Source, settings.Warn);
        _stop = settings.Stop;
        _clock = settings.Clock;
        _pacer = settings.IsPaced ? new Pacer(settings.RateHz, settings.Stop, settings.Clock) : null;
        RateHz = settings.RateHz;
        Report = new SamplingReport { RateHz = settings.RateHz, Jitter = _pacer?.Lateness ?? new LatencyHistogram() };
        ResetReopening();
    }

    public int Channels => _selection.Indexes.Count;

    public double? RateHz { get; }

    public SamplingReport Report { get; }

    public bool TryNext(Span<float> sample, out SampleMark mark)
    {
        var missed = _pacer?.Wait() ?? 0;
        mark = _stop.IsSet ? default : Sample(sample) with { Missed = missed };
        if (_stop.IsSet)
            return false;
        if (!mark.IsOk)
            sample.Fill(float.NaN);
        Report.Add(mark);
        _log.Add(mark);
        return true;
    }

    public void Dispose() => _sensor?.Dispose();

    private SampleMark Sample(Span<float> sample)
    {
        if (_sensor is null && !TryReopen())
            return new SampleMark(SampleStatus.Gone, MonotonicClock.Now);
        var mark = Read(sample);
        if (mark.IsOk)
            ResetReopening();
        else if (++_failures >= _reopenAt)
            Close();
        return mark;
    }

    private SampleMark Read(Span<float> sample)
    {
        var until = _pacer is null ? long.MaxValue : _pacer.Due + (long)(_pacer.Period * ReadShare);
        var result = _sensor!.TryRead(_values);
        for (var tries = 1; !result.IsOk && tries < MostTries && _clock.Now < until; tries++)
        {
            if (_pacer is not null)
                _clock.Sleep((long)(_pacer.Period * ReadShare / MostTries));
            Report.Retries++;
            result = _sensor.TryRead(_values);
        }

        return new SampleMark(result.IsOk ? Convert(sample) : result.Status, result.Timestamp, 0, result.ErrorNumber);
    }

    /// <summary>Chooses the channels and changes the units.</summary>
    private SampleStatus Convert(Span<float> sample)
    {
        for (var channel = 0; channel < sample.Length; channel++)
        {
            var value = _values[_selection.Indexes[channel]];
            if (!float.IsFinite(value))
                return SampleStatus.NotFinite;
            var unit = _selection.Units[channel];
            sample[channel] = (float)(value * unit.Scale + unit.Offset);
        }

        return _stuck.IsStuck(sample) ? SampleStatus.Stuck : SampleStatus.Ok;
    }

    private void Close()
    {
        _sensor?.Dispose();
        _sensor = null;
    }

    private bool TryReopen()
    {
        if (++_failures < _reopenAt)
            return false;
        _reopenInterval = Math.Min(2 * _reopenInterval, Math.Max(_reopenAfter, (long)(SecondsBetweenReopenings * Report.RateHz)));
        _reopenAt = _failures + _reopenInterval;
        Report.Reopened++;
        try
        {
            _sensor = _open();
            return true;
        }
        catch (Exception e) when (e is SensorException or EdgeSeqException)
        {
            return false;
        }
    }

    private void ResetReopening()
    {
        _failures = 0;
        _reopenAt = _reopenAfter;
        _reopenInterval = _reopenAfter;
    }
}
