using System.Text;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Runtime.Tests.Errors;

/// <summary>docs/errors.md as it follows from the codes.</summary>
internal static class ErrorPage
{
    private const string Introduction = """
        # Error codes

        Every failure is one line on stderr, `error ES0106: model.eseq: … . Hint: …`, and an exit code. In a program of your own it is an
        `EdgeSeqException` with the same `Code`, `Message` and `Hint`. Messages name the file, node, op, offset or option; codes and exit
        codes are stable, messages are not.

        Exit codes: 0 ok · 1 a check failed · 2 usage · 3 bad file or data · 4 unsupported graph · 5 device or I/O · 130 interrupted.

        This page is generated from the codes; to write it again:
        `EDGESEQ_UPDATE_DOCS=1 dotnet run --project tests/Runtime.Tests -- -class EdgeSeq.Runtime.Tests.Errors.ErrorCodesTests`
        """;

    private static readonly (int Hundred, string Title, string Advice)[] Ranges =
    [
        (1, "Program files", "The `.eseq` file is damaged, cut off, or not made by `edgeseq-convert`. Copy it again or convert again."),
        (2, "ONNX files", "The model file is damaged or not what the converter reads. Export it again."),
        (3, "Recordings and snapshots", "Data that a program was to run on, or a session's saved state."),
        (4, "Graphs that cannot be converted", "The message names the node and the reason, the hint what to do instead."),
        (5, "Sessions", "A call that the program cannot serve. The session's state is as before the call."),
        (6, "Files and devices", "The file system or a device refused."),
        (7, "Usage", "The command line or an environment variable."),
        (8, "Checks", "Nothing is broken, but a check did not hold."),
    ];

    public static string Text()
    {
        var page = new StringBuilder(Introduction).Append('\n');
        foreach (var (hundred, title, advice) in Ranges)
        {
            page.Append($"\n## ES{hundred:D2}xx: {title}\n{advice}\n\n| Code | Exit | Meaning | Usual cause, and what cures it |\n| "
                + "--- | --- | --- | --- |\n");
            foreach (var code in ErrorCodes.All.Where(code => code.Number / 100 == hundred))
                page.Append($"| <a id=\"{code}\"></a>{code} | {(int)code.Exit} | {code.Title} | {ErrorCures.All[code]} |\n");
        }

        return page.ToString();
    }
}
