namespace EdgeSeq.FleetTrials.Servers;

/// <summary>A broker that keeps sessions and their messages.</summary>
/// <param name="encryption">More lines of its configuration: certificate and key.</param>
internal sealed class MosquittoServer(string encryption = "") : ServerProcess("mosquitto")
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
            {encryption}

            """);
        return ["mosquitto", "-c", configuration];
    }
}
