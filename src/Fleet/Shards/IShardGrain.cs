using EdgeSeq.Fleet.Observers;
using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Shards;

/// <summary>A shard: up to 256 streams of one program, stepped together. Its key is a <see cref="Engine.ShardId"/>.</summary>
[Alias("edgeseq.shard")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Takes samples: keeps them in the log, steps them and publishes what they give.</summary>
    /// <param name="message">As <see cref="Messages.SampleBatch"/> says; already verified.</param>
    /// <param name="received">When the first of them came, in microseconds since 1970 (UTC).</param>
    /// <returns>What became of the samples. When it returns they are in the log.</returns>
    [Alias("take")]
    Task<TakeResult> Take(Immutable<byte[]> message, long received);

    /// <summary>Streams whose names have this part, best first.</summary>
    [Alias("find")]
    Task<StreamPage> Find(StreamQuery query);

    [Alias("report")]
    Task<ShardReport> Report();

    /// <summary>Sends what this stream takes and gives to a watcher; again renews it, and without that it ends after a minute.</summary>
    [Alias("watch")]
    Task Watch(string stream, IStreamWatcher watcher);

    [Alias("unwatch")]
    Task Unwatch(string stream, IStreamWatcher watcher);

    /// <summary>Writes a snapshot now.</summary>
    [Alias("save")]
    Task Save();

    /// <summary>Does nothing: who calls it brings the shard up where it is not.</summary>
    [Alias("keep"), ResponseTimeout("00:00:01")]
    Task Keep();
}
