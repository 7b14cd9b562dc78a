using System.Globalization;
using System.Text;

namespace EdgeSeq.Tool.Inspect;

/// <summary>A drawing in the language of Graphviz: <c>edgeseq inspect PROGRAM --graph dot | dot -Tsvg</c>.</summary>
internal static class DotText
{
    public static string Of(ProgramGraph graph)
    {
        var text = new StringBuilder(
            "digraph program {\n  node [fontname=\"sans-serif\" fontsize=10 style=filled fillcolor=white]\n  edge [fontname=\"sans-serif\" fontsize=8]\n");
        for (var i = 0; i < graph.Boxes.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  n{i} [label=\"{string.Join("\\n", graph.Boxes[i].Lines.Select(Escaped))}\" {Style(graph.Boxes[i].Kind)}]\n");
        }

        foreach (var arrow in graph.Arrows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"  n{arrow.From} -> n{arrow.To} [label=\"{Escaped(arrow.Label)}\"{(arrow.IsState ? " style=dashed" : "")}]\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Style(GraphBoxKind kind) => kind switch
    {
        GraphBoxKind.Input or GraphBoxKind.Output => "shape=oval fillcolor=\"#f5f5f5\"",
        GraphBoxKind.State => "shape=cylinder fillcolor=\"#dae8fc\"",
        GraphBoxKind.Int8 => "shape=box fillcolor=\"#d5e8d4\"",
        GraphBoxKind.Float => "shape=box fillcolor=\"#ffe6cc\"",
        _ => "shape=box",
    };

    private static string Escaped(string line)
    {
        var escaped = new StringBuilder();
        foreach (var c in line)
        {
            if (c is '"' or '\\')
                escaped.Append('\\');
            escaped.Append(char.IsControl(c) ? ' ' : c);
        }

        return escaped.ToString();
    }
}
