using EdgeSeq.Device.Simulation.Motion;

namespace EdgeSeq.FleetDemo;

/// <summary>Simulated motion sensors: recordings of some people, which streams enter at different places and repeat.</summary>
internal sealed class SensorPool
{
    public const int RateHz = ActivitySimulator.RateHz;
    public const int Channels = ActivitySimulator.Channels;

    private const int People = 64;
    private const int SamplesEach = 60 * RateHz;

    private readonly float[][] _recordings = new float[People][];

    public SensorPool()
    {
        Parallel.For(0, People, person =>
        {
            var simulator = new ActivitySimulator(ActivitySimulator.Round, (ulong)person + 1);
            var samples = new float[SamplesEach * Channels];
            var body = new float[3];
            for (var i = 0; i < SamplesEach; i++)
                simulator.Next(samples.AsSpan(i * Channels, Channels), body);
            _recordings[person] = samples;
        });
    }

    /// <summary>Samples of a stream, by their sequence numbers.</summary>
    public void Read(int stream, long sequence, Span<float> samples)
    {
        var recording = _recordings[stream % People];
        for (var i = 0; i < samples.Length / Channels; i++)
        {
            var sample = (int)((stream * 37L + sequence + i) % SamplesEach);
            recording.AsSpan(sample * Channels, Channels).CopyTo(samples[(i * Channels)..]);
        }
    }
}
