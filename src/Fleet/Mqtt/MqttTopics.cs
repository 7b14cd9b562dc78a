using System.Globalization;

namespace EdgeSeq.Fleet.Mqtt;

/// <summary>The topics of a deployment.</summary>
public static class MqttTopics
{
    public static string Inputs(string prefix, string tenant, string deployment, int shard) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}/{tenant}/{deployment}/in/{shard}");

    public static string Outputs(string prefix, string tenant, string deployment, int shard) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}/{tenant}/{deployment}/out/{shard}");

    /// <summary>The stream's name is escaped as in web addresses: it may hold what no topic may.</summary>
    public static string Events(string prefix, string tenant, string deployment, string stream) =>
        $"{prefix}/{tenant}/{deployment}/events/{Uri.EscapeDataString(stream)}";
}
