using System.Globalization;
using System.Text;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Tool.Terminal;

namespace EdgeSeq.ConvertTool.Output;

/// <summary>A conversion as people read it.</summary>
internal static class ConvertText
{
    public static string Of(ConvertReport report, bool explain)
    {
        var text = new StringBuilder();
        Line($"{report.Program}: {report.Mode} program, {report.Precision}, {report.FileBytes:N0} bytes");
        foreach (var input in report.Inputs)
            Line($"  input   {input.Name} [{string.Join(", ", input.Shape)}]");

        foreach (var output in report.Outputs)
        {
            var often = output.Rate == 1 ? "every step" : $"every {output.Rate} steps";
            var start = output.Rate == 1 && output.Offset == 0 ? "" : $" from step {output.Offset} on";
            Line($"  output  {output.Name} [{string.Join(", ", output.Shape)}], {often}{start}");
        }

        foreach (var (name, values) in report.ConstantOutputs)
            Line($"  left out {name}: it is always {string.Join(", ", values.Take(8))}{(values.Length > 8 ? ", …" : "")}");

        foreach (var choice in report.Choices)
            Line($"  {choice.About,-7} {choice.Chosen}{(choice.About == "state" ? " of the step before" : "")} ({choice.Why})");

        foreach (var note in report.Notes)
            Line($"  note    {note}");

        if (report.Noise is { } noise)
        {
            foreach (var output in noise.Outputs)
                Line($"  noise   {output.Name}: {ConvertWarnings.Figures(output)}");
        }

        if (report.Slowness is { } slowness)
            Line($"  speed   no faster than --precision f32, which is exact: {slowness}");

        Line($"  weights {report.WeightBytes:N0} bytes, state {report.StateBytes:N0}, arena {report.ArenaBytes:N0}; {report.Int8MacShare:P1} of the multiplications are int8");
        if (report.Search is { } search)
            AppendSearch(text, search, report.IsCalibrated ? "the calibration data" : "noise");

        if (explain)
            AppendNodes(text, report);

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static void AppendSearch(StringBuilder text, PrecisionReport search, string data)
    {
        var table = new TextTable(("node", false), ("op", false), ("share of error as int8", true), ("share of error left", true),
            ("form", false), ("raised the outputs from", false));
        foreach (var node in search.Nodes)
            table.Add(node.Name, node.Op, Share(node.Int8Share), Share(node.Share), node.Form, node.Why);

        text.AppendLine().Append(table).AppendLine();
        var stands = search.Reached.SqnrDb is { } db ? FormattableString.Invariant($"{db:0.0} dB above the error") : "exact";
        text.AppendLine(string.Create(CultureInfo.InvariantCulture,
            $"on {data}: {stands}, loss {search.Reached.Loss:0.0000}{(search.IsMet ? "" : "; this misses the goal, and no node can be raised further")}"));
    }

    private static string Share(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static void AppendNodes(StringBuilder text, ConvertReport report)
    {
        var table = new TextTable(("node", false), ("op", false), ("became", false), ("precision", false), ("note", false));
        foreach (var node in report.Nodes)
            table.Add(node.Name, node.OpType, node.Became, node.Precision ?? "", node.Note ?? "");

        text.AppendLine().Append(table);
    }
}
