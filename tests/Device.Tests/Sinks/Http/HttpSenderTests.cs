using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sinks.Http;

public sealed class HttpSenderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_event_is_posted_as_json_in_order_over_one_connection()
    {
        using var server = new FakeServer(FakeServer.Answer(200));
        Post(server, 3);

        var requests = server.Snapshot();
        Assert.All(requests, request => Assert.StartsWith(
            $"POST /hook?a=b HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n", request.Head, StringComparison.Ordinal));
        Assert.All(requests, request => Assert.Contains("Content-Type: application/json\r\n", request.Head, StringComparison.Ordinal));
        Assert.Equal([0, 1, 2], requests.Select(request => Sample(request.Body)));
        Assert.Equal(1, server.Connections);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 429 Slowly\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 500 Oh\r\nConnection: close\r\n\r\n")]
    [InlineData("garbage\r\n\r\n")]
    [InlineData("")]
    public void What_may_pass_is_tried_again(string first)
    {
        using var server = new FakeServer(first, FakeServer.Answer(204));
        var context = Post(server, 2);

        Assert.Equal([0, 0, 1], server.Snapshot().Select(request => Sample(request.Body)));
        Assert.Equal(2, Assert.Single(context.Deliveries).Delivered);
        Assert.InRange(context.Deliveries.Single().Retries, 1, 1);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(301)]
    public void What_the_server_refuses_for_good_is_dropped_and_counted(int status)
    {
        using var server = new FakeServer(FakeServer.Answer(status), FakeServer.Answer(200));
        var context = Post(server, 2);

        var report = Assert.Single(context.Deliveries);
        Assert.Equal((1, 1, 0), (report.Delivered, report.Dropped, report.Waiting));
        Assert.Contains(_warnings, warning => warning.Contains($"refuses with {status}", StringComparison.Ordinal));
    }

    [Fact]
    public void Interim_answers_and_closed_idle_connections_are_no_failures()
    {
        using var server = new FakeServer("HTTP/1.1 100 Continue\r\n\r\n" + FakeServer.Answer(200),
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", FakeServer.Answer(200));
        var context = Post(server, 3);

        Assert.Equal((3, 0), (Assert.Single(context.Deliveries).Delivered, context.Deliveries.Single().Retries));
    }

    [Fact]
    public void A_server_that_says_nothing_is_given_up_after_the_timeout()
    {
        using var server = new FakeServer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        var context = SinkContexts.Of(_warnings, "door");
        using var sink = Open(server, context, ",timeout=0.2");
        SinkContexts.Start(sink);

        SinkContexts.WaitFor(() =>
        {
            lock (_warnings)
                return _warnings.Any(warning => warning.Contains("no answer in time", StringComparison.Ordinal));
        });
        Assert.Equal(0, Assert.Single(context.Deliveries).Delivered);
    }

    [Fact]
    public void A_password_or_a_token_comes_from_a_file()
    {
        using var server = new FakeServer(FakeServer.Answer(200));
        Post(server, 1, $",credentials={_folder.Write("login", "me\nsecret\n")}");
        Post(server, 1, $",token={_folder.Write("token", "abc123\n")}");

        Assert.Contains("Authorization: Basic bWU6c2VjcmV0\r\n", server.Snapshot()[0].Head, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer abc123\r\n", server.Snapshot()[1].Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http:localhost", "two slashes")]
    [InlineData("http://localhost/ä", "printable")]
    [InlineData("http://localhost/,timeout=0", "timeout=0")]
    [InlineData("http://localhost/,ca=x.pem", "encrypted")]
    [InlineData("http://localhost/,method=PUT", "no option 'method'")]
    public void A_name_that_does_not_make_sense_is_refused(string name, string problem)
    {
        var error = Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open(name, SinkContexts.Of(_warnings, "door")));

        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static long Sample(string body)
    {
        using var json = System.Text.Json.JsonDocument.Parse(body);
        return json.RootElement.GetProperty("sample").GetInt64();
    }

    private SinkContext Post(FakeServer server, int events, string options = "")
    {
        var context = SinkContexts.Of(_warnings, "door");
        using var sink = Open(server, context, options);
        for (var i = 0; i < events; i++)
            SinkContexts.Start(sink, sample: i);
        sink.Complete();
        return context;
    }

    private ISink Open(FakeServer server, SinkContext context, string options) =>
        SinkCatalog.Open($"http://127.0.0.1:{server.Port}/hook?a=b,queue={_folder.File("queue")}{options}", context);
}
