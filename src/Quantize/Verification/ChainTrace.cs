using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Verification;

/// <summary>What the ports of a chain gave for one recording, each in the order of its ticks.</summary>
/// <param name="clocks">When each port ticks.</param>
internal sealed class ChainTrace(IReadOnlyDictionary<(string Part, string Port), Clock> clocks)
{
    private readonly Dictionary<(string Part, string Port), List<float[]>> _values = [];

    public IEnumerable<(string Part, string Port)> Ports => _values.Keys;

    public void Add((string Part, string Port) port, List<float[]> values) => _values[port] = values;

    public IReadOnlyList<float[]> Values((string Part, string Port) port) => _values[port];

    public Clock ClockOf((string Part, string Port) port) => clocks[port];
}
