namespace EdgeSeq.Fleet.Mqtt;

/// <summary>The broker: <c>Fleet:Mqtt</c> of the configuration.</summary>
public sealed class MqttOptions
{
    public string Host { get; set; } = "localhost";

    public int Port { get; set; } = 1883;

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>Encrypted, the broker's certificate checked.</summary>
    public bool Tls { get; set; }

    /// <summary>Certificates (PEM) of authorities that vouch for the broker, instead of the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>First part of all topics.</summary>
    public string Prefix { get; set; } = "edgeseq";

    /// <summary>Takes samples from <c>PREFIX/TENANT/DEPLOYMENT/in/NUMBER</c>.</summary>
    public bool Inputs { get; set; } = true;

    /// <summary>Gives outputs on <c>PREFIX/TENANT/DEPLOYMENT/out/NUMBER</c> and events on <c>…/events/STREAM</c>.</summary>
    public bool Outputs { get; set; } = true;
}
