using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EdgeSeq.Device.Delivery;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Device.Timing;
using EdgeSeq.FleetDemo;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sinks.Prometheus;

public sealed partial class PrometheusSinkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_holds_the_runs_counters_its_events_and_its_latency()
    {
        var context = Context();
        using (var sink = SinkCatalog.Open($"prometheus:{_folder.File("run.prom")}", context))
        {
            context.Counters.Steps = 1000;
            context.Counters.HeldSteps = 3;
            for (var i = 0; i < 99; i++)
                context.Counters.Latency.Add(2000);
            context.Counters.Latency.Add(700_000_000);
            SinkContexts.Start(sink, name: 1);
            SinkContexts.End(sink, name: 1);
            SinkContexts.Start(sink, name: 1);
            sink.Complete();
        }

        var metrics = Parse(File.ReadAllText(_folder.File("run.prom")));
        Assert.Equal(1000, metrics["edgeseq_steps_total"]);
        Assert.Equal(3, metrics["edgeseq_held_steps_total"]);
        Assert.Equal(0, metrics["edgeseq_events_total{event=\"door\"}"]);
        Assert.Equal(2, metrics["edgeseq_events_total{event=\"say \\\"hi\\\"\"}"]);
        Assert.Equal(0, metrics["edgeseq_step_seconds_bucket{le=\"0.000001\"}"]);
        Assert.Equal(99, metrics["edgeseq_step_seconds_bucket{le=\"0.0000025\"}"]);
        Assert.Equal(99, metrics["edgeseq_step_seconds_bucket{le=\"0.5\"}"]);
        Assert.Equal(100, metrics["edgeseq_step_seconds_bucket{le=\"1\"}"]);
        Assert.Equal(100, metrics["edgeseq_step_seconds_bucket{le=\"+Inf\"}"]);
        Assert.Equal(100, metrics["edgeseq_step_seconds_count"]);
        Assert.Equal(0.700198, metrics["edgeseq_step_seconds_sum"], 1e-9);
        Assert.Equal(0.7, metrics["edgeseq_step_max_seconds"], 1e-9);
        Assert.Equal(2e-6, metrics["edgeseq_step_quantile_seconds{quantile=\"0.9\"}"], 2e-8);
    }

    [Fact]
    public void What_became_of_a_devices_samples_and_of_messages_is_told()
    {
        var report = new SamplingReport { RateHz = 10 };
        report.Add(default);
        report.Add(new SampleMark(SampleStatus.NoAnswer, Missed: 4));
        var context = Context() with { Sampling = report };
        var delivery = new DeliveryReport("mqtt://host/a");
        delivery.Accept();
        delivery.Drop(1);
        context.Deliveries.Add(delivery);
        SinkCatalog.Open($"prometheus:{_folder.File("run.prom")}", context).Dispose();

        var metrics = Parse(File.ReadAllText(_folder.File("run.prom")));
        Assert.Equal(1, metrics["edgeseq_samples_total{status=\"ok\"}"]);
        Assert.Equal(1, metrics["edgeseq_samples_total{status=\"no_answer\"}"]);
        Assert.Equal(4, metrics["edgeseq_samples_missed_total"]);
        Assert.Equal(1, metrics["edgeseq_messages_total{sink=\"mqtt://host/a\",state=\"dropped\"}"]);
        Assert.Equal(0, metrics["edgeseq_messages_waiting{sink=\"mqtt://host/a\"}"]);
    }

    [Fact]
    public void The_file_is_renewed_as_the_run_goes()
    {
        var context = Context();
        using var sink = SinkCatalog.Open($"prometheus:{_folder.File("run.prom")},every=0.1", context);
        context.Counters.Steps = 42;

        SinkContexts.WaitFor(() => Parse(File.ReadAllText(_folder.File("run.prom")))["edgeseq_steps_total"] == 42);
    }

    [Fact]
    public async Task The_endpoint_answers_with_the_same_text_and_with_404_elsewhere()
    {
        var port = FreePorts.Next();
        var context = Context();
        using var sink = SinkCatalog.Open($"prometheus:127.0.0.1:{port}", context);
        context.Counters.Steps = 7;
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);
        using var other = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/other"), TestContext.Current.CancellationToken);

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(7, Parse(text)["edgeseq_steps_total"]);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task A_client_that_says_nothing_does_not_keep_others_out()
    {
        var port = FreePorts.Next();
        using var sink = SinkCatalog.Open($"prometheus:127.0.0.1:{port}", Context());
        using var silent = new TcpClient("127.0.0.1", port);
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/metrics"), TestContext.Current.CancellationToken);

        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public void A_port_that_is_in_use_is_a_device_error()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var error = Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open($"prometheus:127.0.0.1:{port}", Context()));
        Assert.Equal(ErrorCodes.NetworkUnusable, error.Code);
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_said_at_the_start()
    {
        var error = Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open($"prometheus:{_folder.File("no/run.prom")}", Context()));
        Assert.Equal(ErrorCodes.WriteFailed, error.Code);
    }

    [Fact]
    public void A_run_writes_its_counters()
    {
        using var model = TestPrograms.Delay();
        using var session = model.CreateSession();
        using var stop = new StopSignal();
        var counters = new RunCounters();
        using var source = new ListSource(false, [[1, 2], [3, 4], [float.NaN, 0], [5, 6]]);
        new RunLoop(model, session, source, new ListSink(), new RunOptions { OnFault = FaultPolicy.Hold, Counters = counters }, stop).Run();

        Assert.Equal((4, 4, 1, 0), (counters.Steps, counters.Outputs, counters.HeldSteps, counters.RefusedSteps));
        Assert.Equal(4, counters.Latency.Count);
    }

    /// <summary>Reads the format strictly: each metric has its help and its type before its samples.</summary>
    private static Dictionary<string, double> Parse(string text)
    {
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        var known = new HashSet<string>(StringComparer.Ordinal);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                known.Add(line.Split(' ')[2]);
            if (line.StartsWith('#'))
                continue;
            var match = Sample().Match(line);
            Assert.True(match.Success, line);
            var name = match.Groups["name"].Value;
            Assert.Contains(name, known.Concat(known.SelectMany(each => new[] { each + "_bucket", each + "_sum", each + "_count" })));
            metrics.Add(name + match.Groups["labels"].Value, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture));
        }

        return metrics;
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(?<labels>\{([a-z]+="([^"\\]|\\.)*",?)+\})? (?<value>[-+0-9.eE]+)$""")]
    private static partial Regex Sample();

    private SinkContext Context() => SinkContexts.Of(_warnings, "door", "say \"hi\"");
}
