using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Resampling;

/// <summary>Changes the sampling rate by a ratio of whole numbers with an anti-alias filter of linear phase (a polyphase filter; Crochiere
/// and Rabiner, Multirate Digital Signal Processing, chapter 3). A constant signal stays exactly as it is. Before the first sample the
/// filter sees that sample.</summary>
internal sealed class RateConverter
{
    private const int LargestFactor = 1000;
    private const double RatioTolerance = 1e-7;

    /// <summary>Of the lower of the two rates: what passes, and what must not.</summary>
    private const double PassShare = 0.42;
    private const double StopShare = 0.5;

    private readonly int _up;
    private readonly int _down;
    private readonly int _taps;

    /// <summary>[phase, tap], the tap of the newest sample first.</summary>
    private readonly double[] _coefficients;

    /// <summary>[channel, sample], each sample twice, so that the last ones always lie side by side.</summary>
    private readonly float[] _history;
    private readonly int _channels;
    private int _newest;

    /// <summary>Time of the next output after the newest sample, in parts of 1 / (rate × _up).</summary>
    private int _phase;
    private bool _isPrimed;

    /// <exception cref="EdgeSeqException">ES0704 for rates without a simple ratio.</exception>
    public RateConverter(string source, int channels, double fromHz, double toHz)
    {
        (_up, _down) = Ratio(source, fromHz, toHz);
        _channels = channels;
        var lower = Math.Min(fromHz, toHz);
        var filter = LowPass.Design(fromHz * _up, PassShare * lower, StopShare * lower);
        _taps = (filter.Length + _up - 1) / _up;
        _coefficients = Phases(filter, _up, _taps);
        _history = new float[channels * 2 * _taps];
        _phase = _up;
        DelaySeconds = (filter.Length - 1) / 2.0 / (fromHz * _up);
    }

    /// <summary>By how much the converted samples are late.</summary>
    public double DelaySeconds { get; }

    /// <summary>Whether an output can be made before the next sample is needed.</summary>
    public bool HasOutput => _phase < _up;

    /// <summary>Another recording begins.</summary>
    public void Reset()
    {
        _isPrimed = false;
        _phase = _up;
    }

    /// <summary>Takes the next sample, once there is no output left to make.</summary>
    public void Push(ReadOnlySpan<float> sample)
    {
        if (!_isPrimed)
        {
            _isPrimed = true;
            for (var channel = 0; channel < _channels; channel++)
                _history.AsSpan(channel * 2 * _taps, 2 * _taps).Fill(sample[channel]);
        }

        _newest = (_newest + _taps - 1) % _taps;
        for (var channel = 0; channel < _channels; channel++)
        {
            var at = channel * 2 * _taps + _newest;
            _history[at] = _history[at + _taps] = sample[channel];
        }

        _phase -= _up;
    }

    /// <summary>Lets the time of a sample pass that nobody could read: the last one stands for it.</summary>
    public void PushMissing(Span<float> scratch)
    {
        for (var channel = 0; channel < _channels; channel++)
            scratch[channel] = _history[channel * 2 * _taps + _newest];
        if (_isPrimed)
            Push(scratch);
        else
            _phase -= _up;
    }

    /// <summary>Makes the output that <see cref="HasOutput"/> announced.</summary>
    public void Pull(Span<float> output)
    {
        var coefficients = _coefficients.AsSpan(_phase * _taps, _taps);
        for (var channel = 0; channel < _channels; channel++)
        {
            var history = _history.AsSpan(channel * 2 * _taps + _newest, _taps);
            double sum = 0;
            for (var tap = 0; tap < _taps; tap++)
                sum += coefficients[tap] * history[tap];
            output[channel] = (float)sum;
        }

        _phase += _down;
    }

    private static double[] Phases(double[] filter, int up, int taps)
    {
        var phases = new double[up * taps];
        for (var phase = 0; phase < up; phase++)
        {
            var row = phases.AsSpan(phase * taps, taps);
            double sum = 0;
            for (var tap = 0; tap < taps && phase + tap * up < filter.Length; tap++)
                sum += row[tap] = filter[phase + tap * up];
            foreach (ref var coefficient in row)
                coefficient /= sum;
        }

        return phases;
    }

    /// <summary>to / from = up / down, by continued fractions.</summary>
    private static (int Up, int Down) Ratio(string source, double fromHz, double toHz)
    {
        var ratio = toHz / fromHz;
        var (up, down, previousUp, previousDown, rest) = (1L, 0L, 0L, 1L, ratio);
        while (true)
        {
            var whole = (long)Math.Floor(rest + RatioTolerance);
            (up, previousUp) = (whole * up + previousUp, up);
            (down, previousDown) = (whole * down + previousDown, down);
            if (up > LargestFactor || down > LargestFactor)
                break;
            if (Math.Abs((double)up / down - ratio) <= RatioTolerance * ratio && up > 0)
                return ((int)up, (int)down);
            rest = 1 / (rest - whole);
        }

        throw new EdgeSeqException(
            ErrorCodes.OptionInvalid,
            FormattableString.Invariant(
                $"{source}: {fromHz} samples a second cannot be converted to {toHz}: the ratio is not of small whole numbers"),
            "sample at a rate that is a simple multiple: rate= in a sensor's source, --source-rate for a recording that was resampled");
    }
}
