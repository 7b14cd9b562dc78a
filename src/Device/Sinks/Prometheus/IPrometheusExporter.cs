namespace EdgeSeq.Device.Sinks.Prometheus;

/// <summary>How metrics reach Prometheus.</summary>
internal interface IPrometheusExporter : IDisposable
{
    /// <summary>The run is over; the last figures are to be seen where they can be.</summary>
    void Complete();
}
