using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Device.Tests.Sinks;

public sealed class ExecSinkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_event_runs_the_command_with_its_object_in_order()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        Send($"cat >> '{_folder.File("log")}'", 3);

        Assert.Equal(
            Enumerable.Range(0, 3).Select(i => $$"""{"event":"door","phase":"start","sample":{{i}},"score":0.5}"""),
            File.ReadAllLines(_folder.File("log")));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_command_that_fails_is_a_warning()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        Send("exit 3", 1);

        Assert.Contains("exit code 3", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    private void Send(string command, int events)
    {
        using var sink = SinkCatalog.Open($"exec:{command}", new SinkContext
        {
            Outputs = [FakeOutputs.Info("score", 1)],
            IsBatch = false,
            EventNames = ["door"],
            Warn = _warnings.Add,
        });
        for (var i = 0; i < events; i++)
            sink.Receive(new DecisionEvent { Name = 0, IsStart = true, Recording = 0, StartSample = i, Score = 0.5f });
        sink.Complete();
    }
}
