using System.CommandLine;
using System.Text;

namespace EdgeSeq.Cli.Tests.Docs;

/// <summary>A tool's manual page (man 7 man) as it follows from its commands.</summary>
internal static class ManPage
{
    /// <param name="examples">Those of a command, by its name, as its help shows them; empty for none.</param>
    public static string TextOf(string tool, RootCommand root, Func<string, string> examples)
    {
        var page = new StringBuilder();
        page.Append($".\\\" Generated from the commands of {tool}.\n");
        page.Append($".TH {tool.ToUpperInvariant()} 1 \"\" \"EdgeSeq\" \"User Commands\"\n");
        page.Append($".SH NAME\n{Escape(tool)} \\- {Escape(FirstSentence(root.Description!))}\n");
        page.Append($".SH SYNOPSIS\n.B {Escape(tool)}\n.I COMMAND\n.RI [ OPTIONS ]\n");
        page.Append($".SH DESCRIPTION\n{Escape(root.Description!)}\n");
        page.Append(".SH COMMANDS\n");
        foreach (var command in root.Subcommands.Where(command => !command.Hidden))
            Append(page, tool, command, examples(command.Name));
        page.Append($".SH FILES\n.TP\n.I /etc/edgeseq/edge.toml\nThe options of the service, where the package is installed.\n");
        page.Append(".SH SEE ALSO\nThe pages in /usr/share/doc/edgeseq say more.\n");
        return page.ToString();
    }

    private static void Append(StringBuilder page, string tool, Command command, string examples)
    {
        var arguments = string.Concat(command.Arguments.Select(argument => $" \\fI{Escape(argument.HelpName ?? argument.Name)}\\fR"));
        page.Append($".SS \\fB{Escape(tool)} {Escape(command.Name)}\\fR{arguments}\n{Escape(command.Description!)}.\n");
        foreach (var argument in command.Arguments)
            page.Append($".TP\n\\fI{Escape(argument.HelpName ?? argument.Name)}\\fR\n{Escape(argument.Description!)}.\n");
        foreach (var option in command.Options.Where(option => !option.Hidden))
        {
            var names = string.Join(", ", option.Aliases.Prepend(option.Name).Distinct().Select(name => $"\\fB{Escape(name)}\\fR"));
            var value = option.HelpName is { } name ? $" \\fI{Escape(name)}\\fR" : "";
            page.Append($".TP\n{names}{value}\n{Escape(option.Description!)}.\n");
        }

        if (examples.Length > 0)
            page.Append($".PP\nExamples:\n.PP\n.nf\n{Escape(examples)}\n.fi\n");
    }

    private static string FirstSentence(string description) => description[..description.IndexOf(". ", StringComparison.Ordinal)];

    /// <summary>A text without anything that troff would take for its own.</summary>
    private static string Escape(string text) =>
        text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal).TrimEnd('.');
}
