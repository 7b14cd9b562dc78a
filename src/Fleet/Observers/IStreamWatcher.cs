using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Observers;

/// <summary>Sees what a stream takes and gives. It may miss messages: it is for people who look, not for records.</summary>
[Alias("edgeseq.watcher")]
public interface IStreamWatcher : IGrainObserver
{
    /// <param name="samples">Blocks of the stream, as <see cref="Messages.SampleBatch"/> says.</param>
    /// <param name="outputs">Blocks of the stream, as <see cref="Messages.OutputBatch"/> says.</param>
    /// <param name="events">JSON objects.</param>
    [Alias("see"), OneWay]
    Task See(Immutable<byte[]> samples, Immutable<byte[]> outputs, Immutable<byte[][]> events);
}
