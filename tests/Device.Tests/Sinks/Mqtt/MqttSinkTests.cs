using System.Diagnostics;
using System.Text.Json;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sinks.Mqtt;

public sealed class MqttSinkTests : IDisposable
{
    private const int ClosedPort = 9;

    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Events_arrive_with_the_queues_identity_and_rising_numbers()
    {
        using var broker = new FakeBroker();
        using (var sink = Open(broker.Port, Context("door")))
        {
            Decide(sink, 3);
            sink.Complete();
        }

        var messages = broker.Snapshot();
        Assert.All(messages, message => Assert.Equal("site/machine", message.Topic));
        Assert.Equal([1, 2, 3], messages.Select(message => Number(message.Text)));
        Assert.Single(messages.Select(message => JsonDocument.Parse(message.Text).RootElement.GetProperty("queue").GetString()).Distinct());
        Assert.EndsWith(""","seq":2,"event":"door","phase":"start","sample":1,"score":0.5}""", messages[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_rule_outputs_are_sent()
    {
        using var broker = new FakeBroker();
        using (var sink = Open(broker.Port, Context()))
        {
            sink.Write(new FakeOutputs([1.5f]) { StepIndex = 7 });
            sink.Complete();
        }

        Assert.EndsWith(""","seq":1,"recording":0,"step":7,"outputs":{"score":[1.5]}}""", Assert.Single(broker.Snapshot()).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_that_break_before_a_confirmation_lose_nothing_and_repeat_only_what_was_not_confirmed()
    {
        const int Messages = 200;
        using var broker = new FakeBroker(1, 2, 50, 77, 150);
        var context = Context("door");
        using (var sink = Open(broker.Port, context))
        {
            Decide(sink, Messages);
            WaitFor(() => Assert.Single(context.Deliveries).Waiting == 0 && context.Deliveries.Single().Delivered == Messages);
            sink.Complete();
        }

        var numbers = broker.Snapshot().Select(message => Number(message.Text)).ToList();
        Assert.Equal(Enumerable.Range(1, Messages).Select(number => (long)number), numbers.Distinct().Order());
        Assert.InRange(numbers.Count - Messages, 5, 5 * 32);
        Assert.Equal(0, context.Deliveries.Single().Dropped);
    }

    [Fact]
    public void Messages_of_a_run_without_a_broker_are_sent_by_the_next_run()
    {
        using (var sink = Open(ClosedPort, Context("door")))
        {
            Decide(sink, 3);
            sink.Complete();
        }

        Assert.Contains(_warnings, warning => warning.Contains("3 messages wait", StringComparison.Ordinal));
        using var broker = new FakeBroker();
        using (var sink = Open(broker.Port, Context("door")))
        {
            Decide(sink, 2);
            sink.Complete();
        }

        Assert.Equal([1, 2, 3, 4, 5], broker.Snapshot().Select(message => Number(message.Text)));
    }

    [Fact]
    public void A_run_that_ends_by_an_error_keeps_its_messages_on_the_disk()
    {
        using (var sink = Open(ClosedPort, Context("door")))
            Decide(sink, 3);

        using var broker = new FakeBroker();
        using (var sink = Open(broker.Port, Context("door")))
            sink.Complete();

        Assert.Equal([1, 2, 3], broker.Snapshot().Select(message => Number(message.Text)));
    }

    [Fact]
    public void A_step_neither_allocates_nor_waits_for_a_broker_that_is_not_there()
    {
        const int Steps = 2000;
        using var sink = Open(ClosedPort, Context() with { IsLive = true });
        var outputs = new FakeOutputs([0.25f]);
        sink.Write(outputs);
        var clock = Stopwatch.StartNew();
        var least = long.MaxValue;
        // A thread that waits for a lock for the first time allocates once: the least of three rounds is what steps take.
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Steps; i++)
                sink.Write(outputs);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 6000);
    }

    [Fact]
    public void A_run_over_recordings_waits_for_the_disk_and_drops_nothing()
    {
        const int Steps = 30_000;
        var context = Context();
        using var sink = Open(ClosedPort, context);
        for (var i = 0; i < Steps; i++)
            sink.Write(new FakeOutputs([0.25f]));

        SinkContexts.WaitFor(() => Assert.Single(context.Deliveries).Waiting == Steps);
        Assert.Equal(0, context.Deliveries.Single().Dropped);
    }

    [Fact]
    public void Messages_that_the_limit_leaves_no_room_for_are_counted()
    {
        var context = Context();
        using (var sink = Open(ClosedPort, context, ",limit=0.001"))
        {
            for (var i = 0; i < 200; i++)
                sink.Write(new FakeOutputs([0.25f]));
            sink.Complete();
        }

        var report = Assert.Single(context.Deliveries);
        Assert.Equal(200, report.Accepted);
        Assert.Equal(200, report.Waiting + report.Dropped);
        Assert.InRange(report.Dropped, 1, 199);
    }

    [Theory]
    [InlineData("mqtt:localhost/a", "two slashes")]
    [InlineData("mqtt://localhost", "no topic")]
    [InlineData("mqtt://localhost:99999/a", "is not a port")]
    [InlineData("mqtt://:1883/a", "no host")]
    [InlineData("mqtt://me:secret@localhost/a", "do not belong")]
    [InlineData("mqtt://localhost/a/#", "wildcards")]
    [InlineData("mqtt://localhost/a,speed=3", "no option 'speed'")]
    [InlineData("mqtt://localhost/a,ca=ca.pem", "encrypted")]
    [InlineData("mqtts://localhost/a,cert=a.pem", "go together")]
    [InlineData("mqtt://localhost/a,send=events", "no rule")]
    [InlineData("mqtt://localhost/a,send=all", "send=all")]
    public void A_name_that_does_not_make_sense_is_refused(string name, string problem)
    {
        var error = Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open(name, Context()));

        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static long Number(string json) => JsonDocument.Parse(json).RootElement.GetProperty("seq").GetInt64();

    private static void Decide(ISink sink, int events)
    {
        for (var i = 0; i < events; i++)
            sink.Receive(new DecisionEvent { Name = 0, IsStart = true, Recording = 0, StartSample = i, Score = 0.5f });
    }

    private static void WaitFor(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));

    private ISink Open(int port, SinkContext context, string options = "") =>
        SinkCatalog.Open($"mqtt://127.0.0.1:{port}/site/machine,queue={_folder.File("queue")}{options}", context);

    private SinkContext Context(params string[] events) => new()
    {
        Outputs = [FakeOutputs.Info("score", 1)],
        IsBatch = false,
        EventNames = events.Length > 0 ? events : null,
        Warn = warning =>
        {
            lock (_warnings)
                _warnings.Add(warning);
        },
    };
}
