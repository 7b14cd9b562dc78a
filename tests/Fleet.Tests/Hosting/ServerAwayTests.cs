using System.Diagnostics;
using System.Text.Json;
using EdgeSeq.Fleet.Web;
using EdgeSeq.FleetDemo;
using EdgeSeq.Runtime.Errors;
using Microsoft.AspNetCore.Http;

namespace EdgeSeq.Fleet.Tests.Hosting;

/// <summary>What is told where a server or a silo does not answer.</summary>
public class ServerAwayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Fleet__Redis", "127.0.0.1:{0}", "Redis: ")]
    [InlineData("Fleet__Postgres", "Host=127.0.0.1;Port={0};Username=u;Password=p", "PostgreSQL: ")]
    public async Task A_silo_whose_server_is_away_ends_with_one_line_that_says_so(string setting, string value, string words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "edgeseq-fleet.dll")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["Urls"] = "http://127.0.0.1:0";
        start.Environment["Fleet__Open"] = "true";
        start.Environment["Fleet__SiloPort"] = $"{FreePorts.Next()}";
        start.Environment["Fleet__Redis"] = $"127.0.0.1:{FreePorts.Next()}";
        start.Environment[setting] = string.Format(null, value, FreePorts.Next());
        using var silo = Process.Start(start)!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        var output = silo.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = await silo.StandardError.ReadToEndAsync(patience.Token);
        await silo.WaitForExitAsync(patience.Token);

        Assert.Equal((int)ExitCode.Device, silo.ExitCode);
        Assert.Contains($"ES0613: {words}", Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
        await output;
    }

    [Fact]
    public async Task A_request_whose_shard_does_not_answer_is_to_be_sent_again()
    {
        var context = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        await new ErrorAnswers(_ => throw new SiloUnavailableException("the silo is gone")).InvokeAsync(context);

        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.Equal("1", context.Response.Headers.RetryAfter);
        context.Response.Body.Position = 0;
        var body = await JsonSerializer.DeserializeAsync<ErrorBody>(context.Response.Body, JsonSerializerOptions.Web, Stop);
        Assert.Equal("ES0613", body!.Error);
    }
}
