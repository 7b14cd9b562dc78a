using System.Text.Json;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Tool.Json;

/// <summary>What a node of the ONNX graph became.</summary>
internal sealed class NodeFateReport : IJsonReport
{
    private NodeFateReport(NodeReport node) => Node = node;

    public NodeReport Node { get; }

    public static NodeFateReport Of(NodeReport node) => new(node);

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", Node.Name);
        json.WriteString("op_type", Node.OpType);
        json.WriteString("became", Node.Became);
        json.WriteKnown("precision", Node.Precision);
        json.WriteKnown("macs", Node.Macs);
        json.WriteKnown("note", Node.Note);
    }
}
