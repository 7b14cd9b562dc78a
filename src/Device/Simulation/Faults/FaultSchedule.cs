using EdgeSeq.Device.Simulation.Motion;

namespace EdgeSeq.Device.Simulation.Faults;

/// <summary>Decides by a seed which transfers fail, how, and for how long.</summary>
/// <param name="seed">The same seed gives the same faults.</param>
/// <param name="perMillion">Faults that begin in a million transfers.</param>
internal sealed class FaultSchedule(ulong seed, double perMillion)
{
    private const double Million = 1e6;

    private static readonly BusFault[] Kinds = Enum.GetValues<BusFault>()[1..];

    private readonly SeededRandom _random = new(seed);
    private BusFault _fault;
    private long _left;

    /// <summary>How the next transfer goes.</summary>
    public BusFault Next()
    {
        if (_left > 0)
        {
            _left--;
            return _fault;
        }

        if (_random.Uniform() * Million >= perMillion)
            return BusFault.None;
        _fault = Kinds[(int)(_random.Uniform() * Kinds.Length)];
        var (least, most) = LengthOf(_fault);
        _left = least - 1 + (long)(_random.Uniform() * (most - least + 1));
        return _fault;
    }

    /// <summary>Transfers that a fault lasts for: some are overcome by trying again, an unplugged chip outlives several
    /// reopenings.</summary>
    private static (int Least, int Most) LengthOf(BusFault fault) => fault switch
    {
        BusFault.Unplugged => (41, 44),
        BusFault.Stuck => (1, 120),
        _ => (1, 12),
    };
}
