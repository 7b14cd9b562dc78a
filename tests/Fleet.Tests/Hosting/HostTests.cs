using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using EdgeSeq.Fleet.Outs;
using EdgeSeq.Fleet.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSeq.Fleet.Tests.Hosting;

public class HostTests(TestHost host) : IClassFixture<TestHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_over_HTTP_give_the_bits_that_each_stream_gives_alone()
    {
        var hash = await host.Deploy("acme", "bits");
        using var client = host.Client("acme");
        for (var i = 0; i < 4; i++)
        {
            var message = Activity.Message([.. Enumerable.Range(0, 20).Select(stream => (stream, i * 10L, 10))]);
            var response = await client.PostAsync("/v1/samples/bits", new ByteArrayContent(message), Stop);
            await TestHost.Json(response);
        }

        await host.Services.GetRequiredService<OutputPump>().Flush(Stop);
        var book = new OutputBook();
        foreach (var message in host.Outputs.Messages.Where(each => each.Shard.Deployment == "bits" && each.Shard.Program == hash))
            book.Add(message.Outputs.Span);
        using var model = Activity.Load();
        for (var stream = 0; stream < 20; stream++)
            Assert.Equal(Activity.Alone(model, stream, 40), book.Of(stream));
    }

    [Fact]
    public async Task Samples_come_as_JSON_and_over_a_WebSocket_too()
    {
        await host.Deploy("acme", "forms");
        using var client = host.Client("acme");
        var block = new { stream = "s", sequence = 0, samples = new[] { Activity.Sample(1, 0), Activity.Sample(1, 1) } };
        var json = await TestHost.Json(await client.PostAsJsonAsync("/v1/samples/forms", new[] { block }, Stop));
        Assert.Equal(2, (int)json["stepped"]!);
        using var socket = await host.Connect("acme", "/v1/samples/forms");
        await socket.SendAsync(Activity.Message((5, 0, 3), (6, 2, 1)), WebSocketMessageType.Binary, true, Stop);
        Assert.Equal(4, (int)(await TestHost.Receive(socket))["stepped"]!);
        await socket.SendAsync(new byte[] { 1, 2, 3 }, WebSocketMessageType.Binary, true, Stop);
        Assert.Equal("ES0301", (string)(await TestHost.Receive(socket))["error"]!);
        await socket.SendAsync(Activity.Message((5, 3, 1)), WebSocketMessageType.Binary, true, Stop);
        Assert.Equal(1, (int)(await TestHost.Receive(socket))["stepped"]!);
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_key_or_sees_what_another_tenant_has()
    {
        await host.Deploy("acme", "private");
        using var nobody = host.Client(null);
        using var other = host.Client("other");
        foreach (var path in new[] { "/v1/programs", "/v1/deployments", "/v1/streams/private", "/v1/shards/private", "/v1/silos" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync(path, Stop)).StatusCode);
        foreach (var path in new[] { "/v1/streams/private", "/v1/shards/private", "/v1/streams/private/stream-1/live" })
            Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path, Stop)).StatusCode);
        var sent = await other.PostAsync("/v1/samples/private", new ByteArrayContent(Activity.Message((1, 0, 1))), Stop);
        Assert.Equal(HttpStatusCode.NotFound, sent.StatusCode);
        Assert.DoesNotContain("private", await other.GetStringAsync("/v1/deployments", Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_program_is_refused_with_its_reason()
    {
        using var client = host.Client("other");
        var damaged = Activity.File.ToArray();
        damaged[damaged.Length / 2] ^= 1;
        var response = await client.PostAsync("/v1/programs", new ByteArrayContent(damaged), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("ES01", await response.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_whose_samples_are_not_the_programs_is_refused_whole()
    {
        await host.Deploy("acme", "sizes");
        using var client = host.Client("acme");
        var message = Activity.Message((1, 0, 2), (2, 0, 2));
        message[message.Length - (2 * Activity.Channels * sizeof(float)) - 8 - 28 + 2] = 3;
        var response = await client.PostAsync("/v1/samples/sizes", new ByteArrayContent(message), Stop);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var streams = await TestHost.Json(await client.GetAsync("/v1/streams/sizes", Stop));
        Assert.Equal(0, (int)streams["count"]!);
    }

    [Fact]
    public async Task More_samples_than_the_tenant_may_send_are_refused()
    {
        await host.Deploy("other", "quota");
        using var client = host.Client("other");
        var message = Activity.Message([.. Enumerable.Range(0, 100).Select(stream => (stream, 0L, 201))]);
        var response = await client.PostAsync("/v1/samples/quota", new ByteArrayContent(message), Stop);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task A_list_of_streams_is_searched_sorted_and_paged_by_the_server()
    {
        await host.Deploy("acme", "many", streams: 400);
        using var client = host.Client("acme");
        var message = Activity.Message([.. Enumerable.Range(0, 300).Select(stream => (stream, 0L, 1 + (stream % 7)))]);
        await TestHost.Json(await client.PostAsync("/v1/samples/many", new ByteArrayContent(message), Stop));
        var expected = Enumerable.Range(0, 300).Select(stream => $"stream-{stream}")
            .Where(name => name.Contains('7', StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        var page = await TestHost.Json(await client.GetAsync("/v1/streams/many?text=7&offset=10&limit=5", Stop));
        Assert.Equal(expected.Length, (int)page["count"]!);
        Assert.Equal(expected[10..15], page["rows"]!.AsArray().Select(row => (string)row!["stream"]!));
    }

    [Fact]
    public async Task A_stream_is_seen_live_with_its_samples_and_outputs()
    {
        await host.Deploy("acme", "live");
        using var client = host.Client("acme");
        using var socket = await host.Connect("acme", "/v1/streams/live/stream-3/live");
        var program = await TestHost.Receive(socket);
        Assert.Equal("walking", (string)program["outputs"]![0]!["labels"]![0]!);
        var shown = await ReceiveWhileSending(client, socket);
        Assert.Equal(6, shown["samples"]![0]!["values"]!.AsArray().Count);
        Assert.Equal((long)shown["samples"]![0]!["sequence"]!, (long)shown["outputs"]![0]!["sequence"]!);
    }

    [Fact]
    public async Task Health_metrics_and_the_page_are_there_without_a_key()
    {
        using var client = host.Client(null);
        Assert.Equal("Healthy", await client.GetStringAsync("/health/ready", Stop));
        Assert.Contains("edgeseq", await client.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
        Assert.Contains("<html", await client.GetStringAsync("/", Stop), StringComparison.Ordinal);
        Assert.Contains("uPlot", await client.GetStringAsync("/uPlot.iife.min.js", Stop), StringComparison.Ordinal);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> ReceiveWhileSending(HttpClient client, WebSocket socket)
    {
        var received = TestHost.Receive(socket);
        for (var sequence = 0L; !received.IsCompleted; sequence += 2)
        {
            await TestHost.Json(await client.PostAsync("/v1/samples/live", new ByteArrayContent(Activity.Message((3, sequence, 2))), Stop));
            await Task.WhenAny(received, Task.Delay(20, Stop));
        }

        return await received;
    }
}
