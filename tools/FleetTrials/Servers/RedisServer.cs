namespace EdgeSeq.FleetTrials.Servers;

/// <summary>Redis that appends every change to a file before it answers: what it acknowledged is there after a kill.</summary>
internal sealed class RedisServer() : ServerProcess("redis")
{
    protected override IReadOnlyList<string> Command() =>
    [
        "redis-server", "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", Folder, "--save", "", "--appendonly", "yes",
        "--appendfsync", "everysec",
    ];
}
