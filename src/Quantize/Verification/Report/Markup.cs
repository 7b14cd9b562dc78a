using System.Globalization;
using System.Net;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>Pieces of HTML; numbers as everywhere, whatever the machine's language.</summary>
internal static class Markup
{
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    public static string Encoded(string text) => WebUtility.HtmlEncode(text);

    public static string FileName(string path) => Encoded(Path.GetFileName(path));

    /// <summary>A table that scrolls by itself where the page is narrow.</summary>
    /// <param name="heads">Markup of the column heads.</param>
    /// <param name="rows">Markup of the cells.</param>
    public static string Table(string title, IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows) =>
        $"<div class=\"wide\"><table><caption>{title}</caption>\n<thead><tr>{Cells("th", heads)}</tr></thead>\n<tbody>"
        + string.Concat(rows.Select(row => $"<tr>{Cells("td", row)}</tr>\n")) + "</tbody></table></div>\n";

    public static string Figure(string title, string content, string note = "") =>
        $"<figure><figcaption>{title}</figcaption>{content}{(note.Length > 0 ? $"<p class=\"note\">{note}</p>" : "")}</figure>\n";

    private static string Cells(string tag, IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"<{tag}>{cell}</{tag}>"));
}
