namespace EdgeSeq.FleetTrials.Servers;

/// <summary>A broker that keeps sessions and their messages.</summary>
internal sealed class MosquittoServer() : ServerProcess("mosquitto")
{
    protected override IReadOnlyList<string> Command()
    {
        var configuration = Path.Combine(Folder, "mosquitto.conf");
        File.WriteAllText(configuration, $"""
            listener {Port} 127.0.0.1
            allow_anonymous true
            set_tcp_nodelay true
            max_inflight_messages 1000
            max_queued_messages 100000
            persistence true
            persistence_location {Folder}/
            autosave_interval 1
            user root

            """);
        return ["mosquitto", "-c", configuration];
    }
}
