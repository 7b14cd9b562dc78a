using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Simulation.Motion;

namespace EdgeSeq.Device.Simulation.Faults;

/// <summary>A sensor whose answers, as distinct from its bus, are sometimes none: not ready, cut short, damaged, not a number.</summary>
/// <param name="share">Share of the reads that go wrong.</param>
internal sealed class FaultySensor(ISensor sensor, SeededRandom random, double share) : ISensor
{
    private static readonly SampleStatus[] Kinds = [SampleStatus.NotReady, SampleStatus.ShortRead, SampleStatus.Corrupt,
        SampleStatus.NotFinite];

    public IReadOnlyList<Channel> Channels => sensor.Channels;

    public ReadResult TryRead(Span<float> sample)
    {
        var result = sensor.TryRead(sample);
        if (random.Uniform() >= share)
            return result;
        var kind = Kinds[(int)(random.Uniform() * Kinds.Length)];
        if (kind != SampleStatus.NotFinite)
            return result with { Status = kind };
        sample[(int)(random.Uniform() * sample.Length)] = float.NaN;
        return result;
    }

    public void Dispose() => sensor.Dispose();
}
