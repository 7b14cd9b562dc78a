using System.Net.WebSockets;
using EdgeSeq.Fleet.Outs;
using EdgeSeq.Fleet.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSeq.Fleet.Tests.Hosting;

/// <summary>Readers that are slow, or stop reading.</summary>
public sealed class BackpressureTests : IAsyncDisposable
{
    private readonly TestHost _host = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task An_output_that_stands_still_holds_the_shards_up_and_loses_nothing()
    {
        const int Messages = 1200;
        await _host.InitializeAsync();
        var hash = await _host.Deploy("acme", "held", streams: 1);
        var gate = _host.Outputs.Close();
        using var client = _host.Client("acme");
        var sent = 0;
        var sending = Task.Run(
            async () =>
            {
                for (; sent < Messages; sent++)
                {
                    var message = new ByteArrayContent(Activity.Message((0, sent, 1)));
                    await TestHost.Json(await client.PostAsync("/v1/samples/held", message, Stop));
                }
            },
            Stop);
        var pump = _host.Services.GetRequiredService<OutputPump>();
        while (pump.Waiting <= OutputPump.MostWaiting)
            await Task.Delay(10, Stop);
        await Task.Delay(300, Stop);
        Assert.InRange(sent, OutputPump.MostWaiting, Messages - 1);
        Assert.False(sending.IsCompleted);

        gate.SetResult();
        await sending;
        await pump.Flush(Stop);
        Assert.Equal(Messages, CountOf(hash));
    }

    [Fact]
    public async Task A_viewer_who_does_not_read_holds_nobody_up()
    {
        await _host.InitializeAsync();
        await _host.Deploy("acme", "viewed", streams: 1);
        using var viewer = await _host.Connect("acme", "/v1/streams/viewed/stream-0/live");
        await TestHost.Receive(viewer);
        using var client = _host.Client("acme");
        for (var sequence = 0L; sequence < 10_000; sequence += 100)
        {
            var message = new ByteArrayContent(Activity.Message((0, sequence, 100)));
            await TestHost.Json(await client.PostAsync("/v1/samples/viewed", message, Stop));
        }

        Assert.Equal(WebSocketState.Open, viewer.State);
    }

    [Fact]
    public async Task A_host_that_is_told_to_end_delivers_what_it_took()
    {
        await _host.InitializeAsync();
        var hash = await _host.Deploy("acme", "drained", streams: 40);
        _host.Outputs.Delay = TimeSpan.FromMilliseconds(20);
        using (var client = _host.Client("acme"))
        {
            for (var sequence = 0L; sequence < 30; sequence++)
            {
                var message = Activity.Message([.. Enumerable.Range(0, 40).Select(stream => (stream, sequence, 1))]);
                await TestHost.Json(await client.PostAsync("/v1/samples/drained", new ByteArrayContent(message), Stop));
            }
        }

        await _host.DisposeAsync();
        Assert.Equal(40 * 30, CountOf(hash));
    }

    /// <summary>How many outputs came so far, of all streams.</summary>
    private int CountOf(string program)
    {
        var book = new OutputBook();
        foreach (var message in _host.Outputs.Messages.Where(each => each.Shard.Program == program))
            book.Add(message.Outputs.Span);
        return book.Count;
    }
}
