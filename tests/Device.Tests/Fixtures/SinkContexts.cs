using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Sinks;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Contexts of imagined runs with one output 'score' of one value, and their events.</summary>
internal static class SinkContexts
{
    public static SinkContext Of(List<string> warnings, params string[] events) => new()
    {
        Outputs = [FakeOutputs.Info("score", 1)],
        IsBatch = false,
        EventNames = events.Length > 0 ? events : null,
        Warn = warning =>
        {
            lock (warnings)
                warnings.Add(warning);
        },
    };

    public static void Start(ISink sink, int name = 0, long sample = 0) =>
        sink.Receive(new DecisionEvent { Name = name, IsStart = true, Recording = 0, StartSample = sample, Score = 0.5f });

    public static void End(ISink sink, int name = 0) =>
        sink.Receive(new DecisionEvent { Name = name, IsStart = false, Recording = 0, StartSample = 0, EndSample = 1, Score = 0.5f });

    public static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(
        () =>
        {
            Thread.Sleep(5);
            return condition();
        },
        TimeSpan.FromSeconds(30)));
}
