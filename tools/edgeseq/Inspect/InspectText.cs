using System.Text;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.Tool.Inspect;

/// <summary>A program's description for people.</summary>
internal static class InspectText
{
    private const int ShaDigits = 12;

    public static string Of(InspectReport report)
    {
        var text = new StringBuilder();
        AppendSummary(text, report);
        if (report.Choices.Count > 0)
            AppendTable(text, "understood as", Choices(report.Choices));
        AppendTable(text, "inputs", Inputs(report));
        AppendTable(text, "outputs", Outputs(report));
        if (report.State.Count > 0)
            AppendTable(text, "state", State(report));
        AppendTable(text, "ops", Ops(report));
        if (report.Nodes is { Count: > 0 } nodes)
            AppendTable(text, "nodes of the model", Nodes(nodes));
        return text.ToString();
    }

    public static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    public static string Clock(int rate, int offset) => (rate, offset) switch
    {
        (1, 0) => "each step",
        (1, _) => $"each step from {offset}",
        _ => $"every {rate} steps from {offset}",
    };

    private static void AppendSummary(StringBuilder text, InspectReport report)
    {
        var origin = report.Provenance.Provenance;
        var rate = report.RateHz is { } hz ? $", {hz:0.###} steps a second" : "";
        Line(text, "program", $"{report.Name} ({report.Mode} mode, {origin.Precision}{rate})");
        Line(text, "made from",
            $"{origin.OnnxFile}, sha256 {origin.OnnxSha256[..Math.Min(ShaDigits, origin.OnnxSha256.Length)]}…, by {origin.Converter}");
        if (origin.Calibration is { } calibration)
            Line(text, "calibrated", calibration);
        Line(text, "memory", $"weights {report.WeightBytes:N0} bytes, state {report.StateBytes:N0}, arena {report.ArenaBytes:N0}");
        var share = report.Int8MacShare is { } int8 ? $", {100 * int8:0.#} % in int8" : "";
        Line(text, "a step", $"{report.Macs:N0} multiplications{share}");
        Line(text, "delay", $"{report.Delay} steps");
        Line(text, "length", report.MaxSteps is { } most ? $"at most {most:N0} steps" : "no limit");
        if (report.InputRate is { } every)
            Line(text, "input", $"every {every} steps of the ops");
        if (report.Decide is { } rule)
            Line(text, "decides", rule);
        if (report.VocabularyWords is { } words)
            Line(text, "vocabulary", $"{words:N0} words");
        Line(text, "kernels", report.Isa);
        Line(text, "self-test", report.SelfTestSteps is { } steps ? $"{steps} steps" : "none");
    }

    private static TextTable Inputs(InspectReport report)
    {
        var table = new TextTable(("name", false), ("type", false), ("shape", false), ("channels", false), ("frame", false));
        foreach (var input in report.Inputs)
        {
            table.Add(input.Name, input.Type, Shape(input.Shape),
                string.Join(", ", input.Channels ?? []) + (input.Unit is { } unit ? $" ({unit})" : ""), Frame(input));
        }

        return table;
    }

    private static string Frame(PortReport input) => input.Hop is { } hop
        ? $"{hop:N0} new a step" + (input.SampleHz is { } hz ? $", {hz:#,0.###} Hz" : "")
        : "";

    private static TextTable Choices(IReadOnlyList<ChoiceReport> choices)
    {
        var table = new TextTable(("about", false), ("decided", false), ("because", false));
        foreach (var choice in choices.Select(report => report.Choice))
            table.Add(choice.About, choice.Chosen, choice.Why);
        return table;
    }

    private static TextTable Outputs(InspectReport report)
    {
        var table = new TextTable(("name", false), ("type", false), ("shape", false), ("kind", false), ("comes", false), ("labels", false));
        foreach (var output in report.Outputs)
        {
            table.Add(output.Name, output.Type, Shape(output.Shape), output.Kind!, Clock(output.Rate!.Value, output.Offset!.Value),
                string.Join(", ", output.Labels ?? []));
        }

        return table;
    }

    private static TextTable State(InspectReport report)
    {
        var table = new TextTable(("name", false), ("type", false), ("shape", false), ("bytes", true));
        foreach (var state in report.State)
            table.Add(state.Name, state.Type, Shape(state.Shape), $"{state.Bytes:N0}");
        return table;
    }

    private static TextTable Ops(InspectReport report)
    {
        var table = new TextTable(("node", false), ("op", false), ("runs", false), ("weights", false), ("bytes", true),
            ("multiplications", true));
        foreach (var op in report.Ops)
        {
            table.Add(op.Name, op.Op, Clock(op.Rate, op.Offset), op.Precision ?? "", op.WeightBytes > 0 ? $"{op.WeightBytes:N0}" : "",
                op.Macs > 0 ? $"{op.Macs:N0}" : "");
        }

        return table;
    }

    private static TextTable Nodes(IReadOnlyList<NodeFateReport> nodes)
    {
        var table = new TextTable(("node", false), ("type", false), ("became", false), ("precision", false), ("note", false));
        foreach (var node in nodes.Select(report => report.Node))
            table.Add(node.Name, node.OpType, node.Became, node.Precision ?? "", node.Note ?? "");
        return table;
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append($"{name,-10}  ").AppendLine(value);

    private static void AppendTable(StringBuilder text, string title, TextTable table)
    {
        text.AppendLine().AppendLine(title);
        foreach (var line in table.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries))
            text.Append("  ").AppendLine(line);
    }
}
