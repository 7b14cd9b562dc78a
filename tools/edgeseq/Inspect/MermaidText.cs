using System.Globalization;
using System.Text;

namespace EdgeSeq.Tool.Inspect;

/// <summary>A drawing in the language of Mermaid, which Markdown viewers show.</summary>
internal static class MermaidText
{
    private const string Styles = """
          classDef int8 fill:#d5e8d4,stroke:#82b366
          classDef float fill:#ffe6cc,stroke:#d79b00
          classDef state fill:#dae8fc,stroke:#6c8ebf
          classDef port fill:#f5f5f5,stroke:#666666
        """;

    public static string Of(ProgramGraph graph)
    {
        var text = new StringBuilder("flowchart TD\n");
        for (var i = 0; i < graph.Boxes.Count; i++)
            text.Append("  ").Append(Box(i, graph.Boxes[i])).Append('\n');
        foreach (var arrow in graph.Arrows)
        {
            text.Append(CultureInfo.InvariantCulture, $"  n{arrow.From} {(arrow.IsState ? "-.->" : "-->")}");
            text.Append(CultureInfo.InvariantCulture, $"{(arrow.Label.Length > 0 ? $"|\"{Escaped(arrow.Label)}\"|" : "")} n{arrow.To}\n");
        }

        return text.Append(Styles).Append('\n').ToString();
    }

    private static string Box(int index, GraphBox box)
    {
        var label = $"\"{string.Join("<br/>", box.Lines.Select(Escaped))}\"";
        return box.Kind switch
        {
            GraphBoxKind.Input or GraphBoxKind.Output => $"n{index}([{label}]):::port",
            GraphBoxKind.State => $"n{index}[({label})]:::state",
            GraphBoxKind.Int8 => $"n{index}[{label}]:::int8",
            GraphBoxKind.Float => $"n{index}[{label}]:::float",
            _ => $"n{index}[{label}]",
        };
    }

    /// <summary>Names come from files: whatever Mermaid could read as its own becomes a character code.</summary>
    private static string Escaped(string line)
    {
        var escaped = new StringBuilder();
        foreach (var c in line)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is ' ' or '/' or '.' or ',' or '_' or '-' or '·' or '[' or ']')
                escaped.Append(c);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"#{(int)c};");
        }

        return escaped.ToString();
    }
}
