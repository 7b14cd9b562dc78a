using System.Text.Json;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Tool.Json;

/// <summary>What a program was made from.</summary>
internal sealed class ProvenanceReport : IJsonReport
{
    private ProvenanceReport(Provenance provenance) => Provenance = provenance;

    public Provenance Provenance { get; }

    public static ProvenanceReport Of(Provenance provenance) => new(provenance);

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("onnx_file", Provenance.OnnxFile);
        json.WriteString("onnx_sha256", Provenance.OnnxSha256);
        json.WriteString("converter", Provenance.Converter);
        json.WriteString("precision", Provenance.Precision);
        json.WriteKnown("calibration", Provenance.Calibration);
    }
}
