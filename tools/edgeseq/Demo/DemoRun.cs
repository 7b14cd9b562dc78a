using System.Numerics.Tensors;
using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Tool.Demo;

/// <summary>The demo without its looks: a simulated person with a motion sensor, and a model that says what the person does.</summary>
internal sealed class DemoRun : IDisposable
{
    public const int RateHz = ActivitySimulator.RateHz;
    public const int Channels = ActivitySimulator.Channels;

    private const ulong Seed = 1;

    /// <summary>The model is not judged in the first second after a change: it has to see the new activity first.</summary>
    private const int SettlingSamples = RateHz;

    private readonly ActivitySimulator _person = new(ActivitySimulator.Round, Seed);
    private readonly Session _session;
    private readonly float[] _motion = new float[Channels];
    private readonly float[] _body = new float[Channels];
    private readonly float[] _probabilities;
    private int _samplesSinceChange;

    public DemoRun(Model model)
    {
        Model = model;
        Labels = model.Outputs[0].Labels!;
        _probabilities = new float[Labels.Count];
        _session = model.CreateSession();

        // The first step of a process sets things up that later steps share; it is not what a step costs.
        _session.Step(_motion, _probabilities);
        _session.Reset();
    }

    public Model Model { get; }

    public IReadOnlyList<string> Labels { get; }

    /// <summary>The last sample: acceleration in g, angular rate in rad/s.</summary>
    public ReadOnlySpan<float> Motion => _motion;

    public ReadOnlySpan<float> Probabilities => _probabilities;

    /// <summary>What the simulated person does.</summary>
    public string Activity { get; private set; } = "";

    /// <summary>What the model says.</summary>
    public string Recognised => Labels[TensorPrimitives.IndexOfMax(_probabilities)];

    public LatencyHistogram Latency { get; } = new();

    public long AllocatedBytes { get; private set; }

    public long Samples { get; private set; }

    /// <summary>Samples on which the model was judged, and those on which it was right.</summary>
    public long Judged { get; private set; }

    public long Right { get; private set; }

    /// <summary>One sample and one step.</summary>
    public void Advance()
    {
        _person.Next(_motion, _body);
        if (_person.Activity != Activity)
        {
            Activity = _person.Activity;
            _samplesSinceChange = 0;
        }

        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var begin = MonotonicClock.Now;
        _session.Step(_motion, _probabilities);
        Latency.Add(MonotonicClock.Now - begin);
        AllocatedBytes += GC.GetAllocatedBytesForCurrentThread() - allocatedBefore;
        Samples++;
        if (++_samplesSinceChange <= SettlingSamples)
            return;
        Judged++;
        if (Recognised == Activity)
            Right++;
    }

    public void Dispose() => _session.Dispose();
}
