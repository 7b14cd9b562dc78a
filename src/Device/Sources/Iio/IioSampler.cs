using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>A device that gathers scans by itself: it keeps the time, we take what is there. Its time stamps show what was lost in a full
/// buffer. One that goes away is opened again, once a second.</summary>
internal sealed class IioSampler : ISampler
{
    private const int PollMilliseconds = 100;
    private const double GapPeriods = 1.5;
    private const long ReopenAfter = MonotonicClock.NanosecondsPerSecond;
    private const long LeastPatience = MonotonicClock.NanosecondsPerSecond;

    private readonly IioDevice _device;
    private readonly IioBufferSettings _buffering;
    private readonly ChannelSelection _selection;
    private readonly ScanLayout _layout;
    private readonly StuckDetector _stuck;
    private readonly FaultLog _log;
    private readonly StopSignal _stop;
    private readonly byte[] _bytes;
    private readonly long _patience;
    private IioBuffer? _buffer;
    private int _start;
    private int _end;
    private long _lastTime;
    private bool _isOver;

    /// <param name="device">With a format for each of the selected channels.</param>
    /// <exception cref="SensorException">The kernel refuses.</exception>
    public IioSampler(IioDevice device, ChannelSelection selection, SamplerSettings settings, IioBufferSettings buffering)
    {
        _device = device;
        _buffering = buffering;
        _selection = selection;
        RateHz = SetRate(device.Attributes, Channels(device, selection), settings.RateHz);
        _layout = new ScanLayout(Channels(device, selection), device.TimestampElement);
        _bytes = new byte[_layout.Length * buffering.Length];
        _stuck = new StuckDetector(selection.Indexes.Count, settings.StuckAfter);
        _log = new FaultLog(settings.Source, settings.Warn);
        _stop = settings.Stop;
        _patience = LeastPatience + (long)(2 * buffering.Watermark / RateHz.Value * MonotonicClock.NanosecondsPerSecond);
        Report = new SamplingReport { RateHz = RateHz.Value };
        _buffer = Open();
    }

    int ISampler.Channels => _selection.Indexes.Count;

    public double? RateHz { get; }

    public SamplingReport Report { get; }

    public bool TryNext(Span<float> sample, out SampleMark mark)
    {
        mark = Next(sample);
        if (_isOver || _stop.IsSet)
            return false;
        if (!mark.IsOk)
            sample.Fill(float.NaN);
        Report.Add(mark);
        _log.Add(mark);
        return true;
    }

    public void Dispose() => _buffer?.Dispose();

    private static List<IioChannel> Channels(IioDevice device, ChannelSelection selection) =>
        [.. selection.Indexes.Select(index => device.Channels[index])];

    /// <summary>Asks for a rate; what the device makes of it is what counts.</summary>
    private static double SetRate(Attributes attributes, List<IioChannel> channels, double wanted)
    {
        var file = new[] { "sampling_frequency", $"in_{IioName.KindOf(channels[0].Kernel)}_sampling_frequency" }
            .FirstOrDefault(attributes.Has);
        if (file is null)
            return wanted;
        try
        {
            attributes.Write(file, wanted);
        }
        catch (SensorException) when (attributes.Number(file) is > 0)
        {
            // It has rates of its own: the one that it is at is converted.
        }

        return attributes.Number(file) is { } rate and > 0 ? rate : wanted;
    }

    private IioBuffer Open() => IioBuffer.Open(_device, Channels(_device, _selection), _buffering);

    private SampleMark Next(Span<float> sample)
    {
        for (var until = MonotonicClock.Now + _patience; _end - _start < _layout.Length;)
        {
            var error = Fill();
            if (_isOver || _stop.IsSet)
                return default;
            if (error != 0)
                return new SampleMark(ErrorNumbers.StatusOf(error), MonotonicClock.Now, 0, error);
            if (_end - _start < _layout.Length && MonotonicClock.Now >= until)
                return new SampleMark(SampleStatus.TimedOut, MonotonicClock.Now);
        }

        var scan = _bytes.AsSpan(_start, _layout.Length);
        _start += _layout.Length;
        return Take(scan, sample);
    }

    /// <summary>Gets more bytes; the system's error number where that fails.</summary>
    private int Fill()
    {
        if (_buffer is null && !TryReopen())
            return ErrorNumbers.NoDevice;
        _bytes.AsSpan(_start, _end - _start).CopyTo(_bytes);
        _end -= _start;
        _start = 0;
        var read = _buffer!.Read(_bytes.AsSpan(_end), PollMilliseconds, out var error);
        if (error != 0)
        {
            _buffer.Dispose();
            _buffer = null;
            _end = 0;
            return error;
        }

        _isOver = read == 0;
        _end += Math.Max(0, read);
        return 0;
    }

    private bool TryReopen()
    {
        for (var until = MonotonicClock.Now + ReopenAfter; MonotonicClock.Now < until && !_stop.IsSet;)
            MonotonicClock.Sleep(PollMilliseconds * (MonotonicClock.NanosecondsPerSecond / 1000));
        if (_stop.IsSet)
            return false;
        Report.Reopened++;
        try
        {
            _buffer = Open();
            _lastTime = 0;
            return true;
        }
        catch (Exception e) when (e is SensorException or EdgeSeqException)
        {
            return false;
        }
    }

    private SampleMark Take(ReadOnlySpan<byte> scan, Span<float> sample)
    {
        _layout.Decode(scan, sample);
        var time = _layout.Time(scan);
        var missed = time is { } now ? MissedBefore(now) : 0;
        var stamp = _buffer is { IsMonotonic: true } && time is { } exact ? exact : MonotonicClock.Now;
        return new SampleMark(Convert(sample), stamp, missed);
    }

    private long MissedBefore(long time)
    {
        var period = MonotonicClock.NanosecondsPerSecond / RateHz!.Value;
        var passed = _lastTime == 0 ? period : time - _lastTime;
        _lastTime = time;
        return passed > GapPeriods * period ? (long)Math.Round(passed / period) - 1 : 0;
    }

    private SampleStatus Convert(Span<float> sample)
    {
        for (var i = 0; i < sample.Length; i++)
        {
            var unit = _selection.Units[i];
            sample[i] = (float)(sample[i] * unit.Scale + unit.Offset);
            if (!float.IsFinite(sample[i]))
                return SampleStatus.NotFinite;
        }

        return _stuck.IsStuck(sample) ? SampleStatus.Stuck : SampleStatus.Ok;
    }
}
