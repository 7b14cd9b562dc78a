using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Hosting;

/// <summary>The instruments. Each costs one test of a flag where nobody listens; where somebody does, a measurement allocates nothing.
/// </summary>
internal sealed class Instruments
{
    private static readonly ActivitySource Source = new(EdgeSeqTelemetry.ActivitySourceName);

    private static readonly Lazy<Instruments> Own = new(() => new Instruments(new Meter(EdgeSeqTelemetry.MeterName)));

    private readonly Counter<long> _steps;
    private readonly Histogram<double> _duration;
    private readonly UpDownCounter<long> _sessions;
    private readonly Counter<long> _loads;

    private Instruments(Meter meter)
    {
        _steps = meter.CreateCounter<long>(EdgeSeqTelemetry.Steps, "{step}", "Steps, by outcome");
        _duration = meter.CreateHistogram<double>(EdgeSeqTelemetry.StepDuration, "s", "Time of a step");
        _sessions = meter.CreateUpDownCounter<long>(EdgeSeqTelemetry.Sessions, "{session}", "Sessions that are open");
        _loads = meter.CreateCounter<long>(EdgeSeqTelemetry.Loads, "{load}", "Loads of programs, by result");
    }

    /// <summary>Whether anybody wants to know about steps.</summary>
    public bool StepsWanted => _steps.Enabled || _duration.Enabled;

    /// <param name="factory">The host's, which gives each container meters of its own; null: one for the process.</param>
    public static Instruments Of(IMeterFactory? factory) =>
        factory is null ? Own.Value : new Instruments(factory.Create(EdgeSeqTelemetry.MeterName));

    /// <summary>Null where nobody listens.</summary>
    public static Activity? Start(string name, string program)
    {
        var activity = Source.StartActivity(name);
        activity?.SetTag(EdgeSeqTelemetry.ProgramTag, program);
        return activity;
    }

    public static void Fail(Activity? activity, string code, string message) =>
        activity?.SetTag(EdgeSeqTelemetry.ErrorTag, code).SetStatus(ActivityStatusCode.Error, message);

    public void Step(string program, StepOutcome outcome, TimeSpan time)
    {
        _steps.Add(1, new(EdgeSeqTelemetry.ProgramTag, program), new(EdgeSeqTelemetry.OutcomeTag, NameOf(outcome)));
        _duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>(EdgeSeqTelemetry.ProgramTag, program));
    }

    public void Sessions(string program, int change) =>
        _sessions.Add(change, new KeyValuePair<string, object?>(EdgeSeqTelemetry.ProgramTag, program));

    public void Load(string program, bool isLoaded) => _loads.Add(
        1, new(EdgeSeqTelemetry.ProgramTag, program), new(EdgeSeqTelemetry.ResultTag, isLoaded ? "loaded" : "failed"));

    private static string NameOf(StepOutcome outcome) => outcome switch
    {
        StepOutcome.Output => "output",
        StepOutcome.Refused => "refused",
        _ => "not_yet",
    };
}
