using System.Net;
using System.Net.Http.Json;
using EdgeSeq.Fleet.Tests.Fixtures;

namespace EdgeSeq.Fleet.Tests.Hosting;

public class RollOutTests(TestHost host) : IClassFixture<TestHost>
{
    private static readonly Lazy<byte[]> OtherProgram = new(() => OtherPrograms.Padded(Activity.File));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_share_of_the_streams_tries_a_program_and_all_go_back()
    {
        var first = await host.Deploy("acme", "share");
        using var client = host.Client("acme");
        var second = await Upload(client);
        Assert.NotEqual(first, second);
        await TestHost.Json(await client.PostAsJsonAsync("/v1/deployments/share/rollout", new { program = second, share = 0.3 }, Stop));
        await TestHost.Json(await client.PutAsJsonAsync("/v1/deployments/share/pins/stream-0", new { program = second }, Stop));
        await Send(client, 0);
        var rows = await Rows(client);
        var trying = rows.Where(row => row.Program == second).Select(row => row.Stream).ToArray();
        Assert.InRange(trying.Length, 35, 85);
        Assert.Contains("stream-0", trying);

        await TestHost.Json(await client.PostAsync("/v1/deployments/share/rollback", null, Stop));
        await TestHost.Json(await client.DeleteAsync("/v1/deployments/share/pins/stream-0", Stop));
        await Send(client, 1);
        Assert.Equal(200, (await Rows(client)).Count(row => row.Program == first));
        await TestHost.Json(await client.PostAsJsonAsync("/v1/deployments/share/rollout", new { program = second, share = 1 }, Stop));
        Assert.Equal(HttpStatusCode.Conflict, (await client.DeleteAsync($"/v1/programs/{first}", Stop)).StatusCode);
        var back = await TestHost.Json(await client.PostAsync("/v1/deployments/share/rollback", null, Stop));
        Assert.Equal(first, (string)back["program"]!);
    }

    [Fact]
    public async Task An_upload_is_answered_with_what_is_listed_of_it()
    {
        using var client = host.Client("acme");
        var uploaded = await TestHost.Json(await client.PostAsync("/v1/programs", new ByteArrayContent(OtherPrograms.Padded(Activity.File)), Stop));
        var listed = (await TestHost.Json(await client.GetAsync("/v1/programs", Stop))).AsArray()
            .Single(each => (string)each!["hash"]! == (string)uploaded["hash"]!)!;

        Assert.Equal(listed.ToJsonString(), uploaded.ToJsonString());
    }

    [Fact]
    public async Task A_pinned_program_is_not_removed()
    {
        using var client = host.Client("other");
        var hash = await Upload(client);
        (await client.PutAsync($"/v1/programs/{hash}/pin", null, Stop)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Conflict, (await client.DeleteAsync($"/v1/programs/{hash}", Stop)).StatusCode);
        (await client.DeleteAsync($"/v1/programs/{hash}/pin", Stop)).EnsureSuccessStatusCode();
        (await client.DeleteAsync($"/v1/programs/{hash}", Stop)).EnsureSuccessStatusCode();
        Assert.Equal("[]", await client.GetStringAsync("/v1/programs", Stop));
    }

    private static async Task<string> Upload(HttpClient client)
    {
        var response = await client.PostAsync("/v1/programs", new ByteArrayContent(OtherProgram.Value), Stop);
        return (string)(await TestHost.Json(response))["hash"]!;
    }

    private static async Task Send(HttpClient client, long sequence)
    {
        var message = Activity.Message([.. Enumerable.Range(0, 200).Select(stream => (stream, sequence, 1))]);
        await TestHost.Json(await client.PostAsync("/v1/samples/share", new ByteArrayContent(message), Stop));
    }

    private static async Task<(string Stream, string Program)[]> Rows(HttpClient client)
    {
        var page = await TestHost.Json(await client.GetAsync("/v1/streams/share?limit=200", Stop));
        return [.. page["rows"]!.AsArray().Select(row => ((string)row!["stream"]!, ((string)row["shard"]!).Split('/')[^1]))];
    }
}
