using System.Text.Json;

namespace EdgeSeq.Tool.Json;

/// <summary>What an op took, as a mean over all steps.</summary>
internal sealed class OpTimeReport(string name, string op, double nanoseconds, double share) : IJsonReport
{
    public string Name => name;

    public string Op => op;

    public double Nanoseconds => nanoseconds;

    /// <summary>Of all ops together.</summary>
    public double Share => share;

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", name);
        json.WriteString("op", op);
        json.WriteNumber("ns", nanoseconds);
        json.WriteNumber("share", share);
    }
}
