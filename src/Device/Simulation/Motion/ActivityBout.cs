namespace EdgeSeq.Device.Simulation.Motion;

/// <summary>
/// One wearer doing one activity: the direction of gravity and the stride rate are drawn at the start, then samples follow. It starts over
/// for each bout, since a simulated sensor allocates nothing while it runs.
/// </summary>
internal sealed class ActivityBout(SeededRandom random)
{
    public const int Channels = 6;
    public const int RateHz = 50;

    private const int Axes = 3;

    /// <summary>Bouts stay within the typical wearers: half the spread that the recordings of many people show.</summary>
    private const double SpreadShare = 0.5;

    private readonly double[] _gravity = new double[Axes];
    private readonly double[] _noise = new double[Channels];
    private ActivityStatistics _statistics = ActivityTable.Standing;
    private double _phasePerSample;
    private double _phase;

    /// <summary>Draws the wearer of a new bout.</summary>
    public void Start(ActivityStatistics statistics)
    {
        _statistics = statistics;
        Array.Clear(_noise);
        double square = 0;
        for (var axis = 0; axis < Axes; axis++)
        {
            _gravity[axis] = statistics.Gravity[axis] + SpreadShare * statistics.GravitySpread[axis] * random.Normal();
            square += _gravity[axis] * _gravity[axis];
        }

        var length = Math.Sqrt(square);
        for (var axis = 0; axis < Axes; axis++)
            _gravity[axis] /= length;
        var strideHz = statistics.StrideHz + SpreadShare * statistics.StrideHzSpread * random.Normal();
        _phasePerSample = 2 * Math.PI * strideHz / RateHz;
        _phase = 2 * Math.PI * random.Uniform();
    }

    /// <summary>The next sample: acceleration in g, angular rate in rad/s, and the share of the acceleration that is gravity.</summary>
    public void Next(Span<double> motion, Span<double> gravity)
    {
        _phase += _phasePerSample;
        for (var channel = 0; channel < Channels; channel++)
        {
            var correlation = _statistics.NoiseCorrelation[channel];
            _noise[channel] = correlation * _noise[channel]
                + Math.Sqrt(1 - correlation * correlation) * _statistics.NoiseDeviation[channel] * random.Normal();
            motion[channel] = _noise[channel] + Rhythm(channel);
        }

        for (var axis = 0; axis < Axes; axis++)
        {
            gravity[axis] = _gravity[axis];
            motion[axis] += _gravity[axis];
        }
    }

    private double Rhythm(int channel)
    {
        if (_statistics.Amplitude.Length == 0)
            return 0;
        double sum = 0;
        for (var harmonic = 0; harmonic < ActivityTable.Harmonics; harmonic++)
        {
            var i = channel * ActivityTable.Harmonics + harmonic;
            sum += _statistics.Amplitude[i] * Math.Cos((harmonic + 1) * _phase + _statistics.Phase[i]);
        }

        return sum;
    }
}
