using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSeq.Fleet.Hosting;
using EdgeSeq.Fleet.Log;
using EdgeSeq.Fleet.Outs;
using EdgeSeq.FleetDemo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Tests.Fixtures;

/// <summary>One silo in memory with two tenants, "acme" and "other", whose keys are their names with "-key".</summary>
public sealed class TestHost : IAsyncLifetime
{
    private WebApplication? _app;

    public Uri Address => new(_app!.Urls.First());

    public IServiceProvider Services => _app!.Services;

    /// <summary>Of the configuration, beside the host's own.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Silos of one cluster share one.</summary>
    public MemoryLog Log { get; init; } = new();

    internal RecordingOutput Outputs { get; init; } = new();

    public async ValueTask InitializeAsync()
    {
        _app = FleetHost.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Fleet:Tenants:acme:KeyHashes:0"] = HashOf("acme-key"),
                ["Fleet:Tenants:other:KeyHashes:0"] = HashOf("other-key"),
                ["Fleet:Limits:Streams"] = "20000",
                ["Fleet:Limits:SamplesPerSecond"] = "20000",
                ["Fleet:SiloPort"] = $"{FreePorts.Next()}",
                ["Urls"] = "http://127.0.0.1:0",
            });
            builder.Configuration.AddInMemoryCollection(Settings);
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<IOutput>(Outputs);
            builder.Services.AddSingleton<IShardLog>(Log);
        });
        await _app.StartAsync();
    }

    /// <summary>Drains the host and ends it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is not { } app)
            return;
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>A client with the tenant's key; null has none.</summary>
    public HttpClient Client(string? tenant)
    {
        var client = new HttpClient { BaseAddress = Address };
        if (tenant is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"{tenant}-key");
        return client;
    }

    public async Task<WebSocket> Connect(string tenant, string path)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {tenant}-key");
        await socket.ConnectAsync(new UriBuilder(new Uri(Address, path)) { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>Uploads the activity model and deploys it.</summary>
    /// <returns>Its content hash.</returns>
    public async Task<string> Deploy(string tenant, string deployment, int streams = 100, string? decide = null)
    {
        using var client = Client(tenant);
        var stop = TestContext.Current.CancellationToken;
        var uploaded = await client.PostAsync("/v1/programs", new ByteArrayContent(Activity.File), stop);
        var hash = (string)(await Json(uploaded))["hash"]!;
        var deployed = await client.PutAsJsonAsync($"/v1/deployments/{deployment}", new { program = hash, streams, decide }, stop);
        Assert.True(deployed.IsSuccessStatusCode, await deployed.Content.ReadAsStringAsync(stop));
        return hash;
    }

    internal static async Task<JsonNode> Json(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    internal static async Task<JsonNode> Receive(WebSocket socket)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            bytes.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(bytes.ToArray())!;
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Keeps what was delivered.</summary>
    internal sealed class RecordingOutput : IOutput
    {
        private readonly List<OutputMessage> _messages = [];
        private Task _gate = Task.CompletedTask;

        /// <summary>What a delivery takes.</summary>
        public TimeSpan Delay { get; set; }

        public string Name => "test";

        public OutputMessage[] Messages
        {
            get
            {
                lock (_messages)
                    return [.. _messages];
            }
        }

        /// <summary>Delivers nothing until the gate is opened.</summary>
        public TaskCompletionSource Close()
        {
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _gate = gate.Task;
            return gate;
        }

        public async Task Deliver(OutputMessage message, CancellationToken cancellation)
        {
            await _gate.WaitAsync(cancellation);
            await Task.Delay(Delay, cancellation);
            lock (_messages)
                _messages.Add(message);
        }
    }
}
