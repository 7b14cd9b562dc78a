using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EdgeSeq.FleetDemo;

namespace EdgeSeq.FleetTrials.Servers;

/// <summary>A silo in a process of its own, open for everyone on this machine.</summary>
/// <param name="number">Of the silo in its cluster.</param>
/// <param name="settings">Of its <c>Fleet</c> section.</param>
/// <param name="program">What starts it; null for this build of it.</param>
internal sealed class SiloServer(int number, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string>? program = null)
    : ServerProcess($"silo{number}")
{
    private readonly int _siloPort = FreePorts.Next();

    public HttpClient Http => field ??= new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };

    /// <summary>The silo's name in reports of shards.</summary>
    public string SiloName => $"trial-{number}";

    /// <summary>An emulated one takes its time.</summary>
    protected override TimeSpan StartPatience => program is null ? base.StartPatience : TimeSpan.FromMinutes(5);

    /// <summary>Uploads the activity model and deploys it.</summary>
    public async Task<string> Deploy(string name, int streams, string? decide = null)
    {
        using var file = new MemoryStream();
        await typeof(SiloServer).Assembly.GetManifestResourceStream("activity.eseq")!.CopyToAsync(file);
        var uploaded = await Http.PostAsync("/v1/programs", new ByteArrayContent(file.ToArray()));
        uploaded.EnsureSuccessStatusCode();
        var hash = (string)JsonNode.Parse(await uploaded.Content.ReadAsStringAsync())!["hash"]!;
        (await Http.PutAsJsonAsync($"/v1/deployments/{name}", new { program = hash, streams, decide })).EnsureSuccessStatusCode();
        return hash;
    }

    /// <summary>The reports of a deployment's shards.</summary>
    public async Task<JsonArray> Shards(string deployment) =>
        JsonNode.Parse(await Http.GetStringAsync($"/v1/shards/{deployment}"))!.AsArray();

    protected override IReadOnlyList<string> Command() =>
    [
        .. program ?? ["dotnet", Path.Combine(AppContext.BaseDirectory, "edgeseq-fleet.dll")], "--contentRoot", AppContext.BaseDirectory,
    ];

    protected override IEnumerable<KeyValuePair<string, string>> Environment() =>
    [
        new("Urls", $"http://127.0.0.1:{Port}"),
        new("Fleet__Open", "true"),
        new("Fleet__Address", "127.0.0.1"),
        new("Fleet__SiloPort", $"{_siloPort}"),
        new("Orleans__Name", SiloName),
        .. settings.Select(each => KeyValuePair.Create($"Fleet__{each.Key}", each.Value)),
    ];

    protected override async Task<bool> IsReady()
    {
        try
        {
            return (await Http.GetAsync("/health/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
