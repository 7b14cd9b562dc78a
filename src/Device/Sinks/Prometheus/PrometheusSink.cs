using System.Globalization;
using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks.Prometheus;

/// <summary>Tells Prometheus how the run goes: <c>prometheus:PORT</c> or <c>prometheus:ADDRESS:PORT</c> answers its requests,
/// <c>prometheus:FILE</c> writes a file for the textfile collector of node_exporter.</summary>
internal sealed class PrometheusSink : ISink
{
    private const int LargestPort = 65535;
    private const double UsualSeconds = 15;
    private const double LongestSeconds = 86400;

    private readonly long[] _eventStarts;
    private readonly IPrometheusExporter _exporter;

    private PrometheusSink(SinkContext context, Func<PrometheusText, IPrometheusExporter> open)
    {
        _eventStarts = new long[context.EventNames?.Count ?? 0];
        _exporter = open(new PrometheusText(context, _eventStarts));
    }

    /// <summary>The address and port that the text after the kind's colon names; null for a file.</summary>
    public static (string? Address, int Port)? EndpointOf(string place)
    {
        var colon = place.LastIndexOf(':');
        var isPort = int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is >= 1 and <= LargestPort;
        return isPort && !place.Contains('/') ? (colon < 0 ? null : place[..colon].Trim('[', ']'), port) : null;
    }

    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0704 for options and addresses, ES0603 where the file cannot be written, ES0612
    /// where the port cannot be had.</exception>
    public static PrometheusSink Open(string name, string rest, SinkContext context)
    {
        var (place, options) = EndpointOptions.Split(name, rest);
        if (EndpointOf(place) is { } endpoint)
        {
            options.RequireKnown([]);
            return new PrometheusSink(context, text => new PrometheusEndpoint(name, endpoint.Address, endpoint.Port, text));
        }

        options.RequireKnown(["every"]);
        var every = TimeSpan.FromSeconds(options.Number("every", UsualSeconds, 0.1, LongestSeconds));
        return new PrometheusSink(context, text => new PrometheusFile(name, place, every, text, context.Warn));
    }

    public void Write(IStepOutputs outputs)
    {
    }

    public void Receive(in DecisionEvent decided)
    {
        if (decided.IsStart)
            Volatile.Write(ref _eventStarts[decided.Name], _eventStarts[decided.Name] + 1);
    }

    public void EndRecording()
    {
    }

    public void Flush()
    {
    }

    public void Complete() => _exporter.Complete();

    public void Dispose() => _exporter.Dispose();
}
