using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Sources;

namespace EdgeSeq.Device.Simulation;

/// <summary>An endless stream of simulated motion. Six channels are the acceleration and the angular rate; with nine,
/// the acceleration without gravity stands between them, as in the recordings of the HAR data set.</summary>
internal sealed class MotionSource(string name, ActivitySimulator simulator) : ISource
{
    public const int ChannelsWithBody = ActivitySimulator.Channels + Axes;

    private const int Axes = 3;

    private readonly float[] _motion = new float[ActivitySimulator.Channels];
    private readonly float[] _body = new float[Axes];

    public string Name => name;

    public bool IsBatch => false;

    public long? Steps => null;

    public double? RateHz => ActivitySimulator.RateHz;

    public bool IsLive => false;

    public string? Position => null;

    public SourceStep Read(StepInputs inputs)
    {
        simulator.Next(_motion, _body);
        var target = inputs.Floats(0);
        _motion.AsSpan(0, Axes).CopyTo(target);
        _motion.AsSpan(Axes).CopyTo(target[^Axes..]);
        if (target.Length == ChannelsWithBody)
            _body.CopyTo(target[Axes..]);
        return SourceStep.Step;
    }

    public void Dispose()
    {
    }
}
