using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>A microphone: the device keeps the time, we take what is there. After an overrun it starts again, and the next sample says how
/// many were lost by the clock. A device that was unplugged is opened again, once a second.</summary>
internal sealed class AlsaSampler : ISampler
{
    private const int PollMilliseconds = 100;
    private const int BrokenPipe = 32;
    private const int Suspended = 86;
    private const double BufferSeconds = 0.02;
    private const long ReopenAfter = MonotonicClock.NanosecondsPerSecond;
    private const long Patience = 2 * MonotonicClock.NanosecondsPerSecond;

    private readonly Func<IPcm> _open;
    private readonly PcmShape _shape;
    private readonly int[] _selected;
    private readonly FaultLog _log;
    private readonly StopSignal _stop;
    private readonly byte[] _bytes;
    private IPcm? _pcm;
    private int _start;
    private int _end;
    private long _missed;
    private long _began;
    private long _frames;

    /// <param name="pcm">The device, open; opened again by <paramref name="open"/> after it was gone.</param>
    /// <param name="selected">For each value of a sample its channel, or <see cref="Mix"/>.</param>
    public AlsaSampler(IPcm pcm, Func<IPcm> open, PcmShape shape, IReadOnlyList<int> selected, SamplerSettings settings)
    {
        _pcm = pcm;
        _open = open;
        _shape = shape;
        _selected = [.. selected];
        _log = new FaultLog(settings.Source, settings.Warn);
        _stop = settings.Stop;
        _bytes = new byte[shape.FrameBytes * Math.Max(1, (int)(BufferSeconds * shape.RateHz))];
        Report = new SamplingReport { RateHz = shape.RateHz };
    }

    /// <summary>Stands for the mean of all channels.</summary>
    public static int Mix => -1;

    public int Channels => _selected.Length;

    public double? RateHz => _shape.RateHz;

    public SamplingReport Report { get; }

    public bool TryNext(Span<float> sample, out SampleMark mark)
    {
        var error = _start < _end ? 0 : Fill();
        mark = default;
        if (_stop.IsSet)
            return false;
        if (error != 0)
        {
            sample.Fill(float.NaN);
            mark = new SampleMark(ErrorNumbers.StatusOf(error), MonotonicClock.Now, 0, error);
        }
        else
        {
            Decode(_bytes.AsSpan(_start, _shape.FrameBytes), sample);
            _start += _shape.FrameBytes;
            mark = new SampleMark(SampleStatus.Ok, MonotonicClock.Now, _missed);
            _missed = 0;
        }

        Report.Add(mark);
        _log.Add(mark);
        return true;
    }

    public void Dispose() => _pcm?.Dispose();

    private void Decode(ReadOnlySpan<byte> frame, Span<float> sample)
    {
        for (var i = 0; i < sample.Length; i++)
            sample[i] = _selected[i] == Mix ? Mean(frame) : Value(frame, _selected[i]);
    }

    private float Mean(ReadOnlySpan<byte> frame)
    {
        var sum = 0f;
        for (var channel = 0; channel < _shape.Channels; channel++)
            sum += Value(frame, channel);
        return sum / _shape.Channels;
    }

    private float Value(ReadOnlySpan<byte> frame, int channel) =>
        _shape.Format.Decode(frame.Slice(channel * _shape.Format.Bytes, _shape.Format.Bytes));

    /// <summary>Reads frames, waited for; the system's error number where none come.</summary>
    private int Fill()
    {
        if (_pcm is null && !TryReopen())
            return ErrorNumbers.NoDevice;
        if (_began == 0)
            _began = MonotonicClock.Now;
        for (var until = MonotonicClock.Now + Patience; !_stop.IsSet;)
        {
            var read = _pcm!.Read(_bytes);
            if (read > 0)
            {
                (_start, _end) = (0, read * _shape.FrameBytes);
                _frames += read;
                return 0;
            }

            if (read is 0 or -ErrorNumbers.TryAgain)
                read = _pcm.Wait(PollMilliseconds);
            if (read < 0 && !TryRecover(read))
                return Lose(-read);
            if (MonotonicClock.Now >= until)
                return ErrorNumbers.TimedOut;
        }

        return 0;
    }

    private bool TryRecover(int error)
    {
        if (error is not (-BrokenPipe or -Suspended) || _pcm!.Recover(error) < 0)
            return false;
        var passed = (double)(MonotonicClock.Now - _began) / MonotonicClock.NanosecondsPerSecond;
        var missed = Math.Max(1, (long)(passed * _shape.RateHz) - _frames);
        _missed += missed;
        _frames += missed;
        return true;
    }

    private int Lose(int error)
    {
        _pcm!.Dispose();
        _pcm = null;
        _began = 0;
        _frames = 0;
        return error;
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
            _pcm = _open();
            return true;
        }
        catch (Exception e) when (e is SensorException or EdgeSeqException)
        {
            return false;
        }
    }
}
