using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Ingest;
using EdgeSeq.Fleet.Shards;
using EdgeSeq.Fleet.Telemetry;
using Microsoft.Extensions.Logging;

namespace EdgeSeq.Fleet.Mqtt;

/// <inheritdoc cref="ITopicReaders"/>
internal sealed class ShardReaders(MqttOptions options, Router router, FleetMetrics metrics, ILogger<ShardReader> log) : ITopicReaders
{
    public IAsyncDisposable Read(ShardId shard) =>
        new ShardReader(options, shard.Tenant, shard.Deployment, shard.Number, router, metrics, log);
}
