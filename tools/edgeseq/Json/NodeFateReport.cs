using System.Text.Json;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Tool.Json;

/// <summary>What a node of the ONNX graph became.</summary>
internal sealed class NodeFateReport : IJsonReport
{
    private readonly NodeReport _node;

    private NodeFateReport(NodeReport node) => _node = node;

    public static NodeFateReport Of(NodeReport node) => new(node);

    public void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("name", _node.Name);
        json.WriteString("op_type", _node.OpType);
        json.WriteString("became", _node.Became);
        json.WriteKnown("precision", _node.Precision);
        json.WriteKnown("macs", _node.Macs);
        json.WriteKnown("note", _node.Note);
    }
}
