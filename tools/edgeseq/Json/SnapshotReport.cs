using System.Text.Json;
using EdgeSeq.Device.State;

namespace EdgeSeq.Tool.Json;

/// <summary>The document of <c>edgeseq inspect --json</c> for a snapshot.</summary>
internal sealed class SnapshotReport(string path, SnapshotInfo info) : IJsonReport
{
    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("snapshot", path);
        json.WriteString("program_sha256", info.ProgramSha256);
        json.WriteNumber("steps", info.Steps);
        json.WriteNumber("bytes", info.Bytes);
        json.WriteKnown("decide", info.Rule);
    }
}
