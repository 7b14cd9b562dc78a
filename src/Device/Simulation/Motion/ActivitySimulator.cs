namespace EdgeSeq.Device.Simulation.Motion;

/// <summary>A person with a motion sensor of the MPU-6050 class at the waist, sampled at 50 Hz, doing one activity or a round of them.
/// The activities' statistics come from real recordings; the seed decides everything else.</summary>
public sealed class ActivitySimulator
{
    /// <summary>Samples a second.</summary>
    public const int RateHz = ActivityBout.RateHz;

    /// <summary>Acceleration x, y, z in g and angular rate x, y, z in rad/s.</summary>
    public const int Channels = ActivityBout.Channels;

    /// <summary>The round that "activity" walks through.</summary>
    public const string Round = "activity";

    private const int Axes = 3;
    private const int SamplesPerBout = 6 * RateHz;
    private const int SamplesOfChange = RateHz / 2;

    private static readonly string[] RoundOrder = ["standing", "walking", "stairs-up", "walking", "stairs-down", "sitting", "lying"];

    private readonly string[] _order;
    private readonly double[] _motion = new double[Channels];
    private readonly double[] _gravity = new double[Axes];
    private readonly double[] _oldMotion = new double[Channels];
    private readonly double[] _oldGravity = new double[Axes];
    private ActivityBout _old;
    private ActivityBout _bout;
    private long _sample;

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="seed">The same seed gives the same samples.</param>
    public ActivitySimulator(string name, ulong seed)
    {
        var random = new SeededRandom(seed);
        _order = name == Round ? RoundOrder : [name];
        _old = new ActivityBout(random);
        _bout = new ActivityBout(random);
        _bout.Start(Statistics(_order[0]));
    }

    /// <summary>The round and the single activities.</summary>
    public static IReadOnlyList<string> Names { get; } = [Round, "walking", "stairs-up", "stairs-down", "sitting", "standing", "lying"];

    /// <summary>The activity of the last sample.</summary>
    public string Activity => _order[Bout(Math.Max(0, _sample - 1))];

    /// <summary>The next sample as the sensor would give it, and the part of the acceleration that is not gravity.</summary>
    public void Next(Span<float> motion, Span<float> bodyAcceleration)
    {
        if (_order.Length > 1 && _sample > 0 && _sample % SamplesPerBout == 0)
        {
            (_old, _bout) = (_bout, _old);
            _bout.Start(Statistics(_order[Bout(_sample)]));
        }

        _bout.Next(_motion, _gravity);
        FadeFromOldBout();
        _sample++;
        MotionSensor.Measure(_motion, motion);
        for (var axis = 0; axis < Axes; axis++)
            bodyAcceleration[axis] = motion[axis] - (float)_gravity[axis];
    }

    private int Bout(long sample) => (int)(sample / SamplesPerBout % _order.Length);

    private void FadeFromOldBout()
    {
        var share = (double)(_sample % SamplesPerBout) / SamplesOfChange;
        if (_order.Length == 1 || _sample < SamplesPerBout || share >= 1)
            return;
        _old.Next(_oldMotion, _oldGravity);
        for (var channel = 0; channel < Channels; channel++)
            _motion[channel] = share * _motion[channel] + (1 - share) * _oldMotion[channel];
        for (var axis = 0; axis < Axes; axis++)
            _gravity[axis] = share * _gravity[axis] + (1 - share) * _oldGravity[axis];
    }

    private static ActivityStatistics Statistics(string name) => name switch
    {
        "walking" => ActivityTable.Walking,
        "stairs-up" => ActivityTable.StairsUp,
        "stairs-down" => ActivityTable.StairsDown,
        "sitting" => ActivityTable.Sitting,
        "standing" => ActivityTable.Standing,
        "lying" => ActivityTable.Lying,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such activity"),
    };
}
