using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Sources;

namespace EdgeSeq.Device.Simulation;

/// <summary>An endless test signal for any program with float inputs: sines of different length in each element, or noise.</summary>
internal sealed class SignalSource(string name, bool isNoise, ulong seed) : ISource
{
    private const double ShortestPeriod = 16;

    private readonly SeededRandom _random = new(seed);
    private long _step;

    public string Name => name;

    public bool IsBatch => false;

    public long? Steps => null;

    public double? RateHz => null;

    public bool IsLive => false;

    public string? Position => null;

    public SourceStep Read(StepInputs inputs)
    {
        for (var input = 0; input < inputs.Infos.Count; input++)
        {
            var floats = inputs.Floats(input);
            for (var i = 0; i < floats.Length; i++)
                floats[i] = isNoise ? (float)_random.Normal() : (float)Math.Sin(2 * Math.PI * _step / (ShortestPeriod + i));
        }

        _step++;
        return SourceStep.Step;
    }

    public void Dispose()
    {
    }
}
