namespace EdgeSeq.Fleet.Log;

/// <summary>The messages of each shard in the order in which it takes them, numbered from 1 without a gap. A number is given once: of two
/// that append under the same number one is told no, so that two owners of a shard can never disagree about its past.</summary>
public interface IShardLog
{
    /// <summary>Keeps a message, for good when the task has ended.</summary>
    /// <returns>False where the number, or a later one, is taken already; nothing was kept then.</returns>
    Task<bool> TryAppend(string shard, long position, ReadOnlyMemory<byte> message);

    /// <summary>Messages after a place, in order.</summary>
    Task<IReadOnlyList<LogEntry>> Read(string shard, long after, int most);

    /// <summary>Makes a shard's log where there is none.</summary>
    /// <param name="place">Where the shard's snapshot stands, for a log that is new.</param>
    Task Open(string shard, long place);

    /// <summary>The last number that was given, whether its message is still kept or not.</summary>
    Task<long> Last(string shard);

    /// <summary>Says where a shard stands: the messages up to and with this number are in its snapshot, and are forgotten.</summary>
    Task Settle(string shard, long upTo);
}
