using System.CommandLine;
using System.CommandLine.Help;
using System.Text;

namespace EdgeSeq.Tool.Usage;

/// <summary>What <c>--help</c> prints: what a command is for, how it is called, its options by group, and examples.</summary>
internal static class HelpText
{
    private const int Indent = 2;
    private const int Gap = 2;
    private const int WidestName = 30;

    /// <param name="tool">Its name.</param>
    /// <param name="command">One of its commands, or all of them: the root.</param>
    /// <param name="width">Columns of the terminal.</param>
    public static string Of(string tool, Command command, int width)
    {
        var text = new StringBuilder();
        var isRoot = command is RootCommand;
        Wrapped(text, 0, command.Description!, width);
        text.Append($"\nUsage:\n  {tool}");
        if (isRoot)
            text.Append(" COMMAND");
        else
            text.Append($" {command.Name}");
        foreach (var argument in command.Arguments)
            text.Append($" {NameOf(argument)}");
        text.Append(" [options]\n");
        Commands(text, command, width);
        var arguments = new List<HelpRow>();
        foreach (var argument in command.Arguments)
            arguments.Add(new HelpRow(NameOf(argument), argument.Description!));
        Rows(text, "Arguments", arguments, width);
        Options(text, command, width);
        Examples(text, tool, command);
        if (isRoot)
            text.Append($"\n{tool} COMMAND --help tells the rest of a command.\n");
        return text.ToString();
    }

    /// <summary>An option as it is typed: -o, --output &lt;OUT.eseq&gt;.</summary>
    public static string NameOf(Option option)
    {
        var names = option.Name;
        foreach (var alias in option.Aliases)
            names += $", {alias}";
        return option.HelpName is { } value ? $"{names} <{value}>" : names;
    }

    private static string NameOf(Argument argument)
    {
        var name = argument.HelpName ?? argument.Name;
        return argument.Arity.MaximumNumberOfValues > 1 ? $"<{name}>..." : $"<{name}>";
    }

    private static void Commands(StringBuilder text, Command command, int width)
    {
        var rows = new List<HelpRow>();
        foreach (var each in command.Subcommands)
        {
            if (!each.Hidden)
                rows.Add(new HelpRow(each.Name, each.Description!));
        }

        Rows(text, "Commands", rows, width);
    }

    private static void Options(StringBuilder text, Command command, int width)
    {
        var others = command.Options.Where(option => !option.Hidden && option is not HelpOption).ToList();
        if (command is GuidedCommand guided)
        {
            foreach (var group in guided.Groups)
            {
                Rows(text, group.Title, Described(group.Options), width);
                foreach (var option in group.Options)
                    others.Remove(option);
            }
        }

        var rows = Described(others);
        rows.Add(new HelpRow("-h, --help", "Show this"));
        Rows(text, "Options", rows, width);
    }

    private static List<HelpRow> Described(IEnumerable<Option> options)
    {
        var rows = new List<HelpRow>();
        foreach (var option in options)
            rows.Add(new HelpRow(NameOf(option), option.Required ? $"{option.Description} (required)" : option.Description!));
        return rows;
    }

    private static void Examples(StringBuilder text, string tool, Command command)
    {
        var isFirst = true;
        foreach (var example in ExamplesOf(command))
        {
            text.Append(isFirst ? "\nExamples:\n" : "").Append($"  {tool} {example.Name}\n      {example.Text}\n");
            isFirst = false;
        }
    }

    /// <summary>A command's own; the root shows one of each command.</summary>
    private static IReadOnlyList<HelpRow> ExamplesOf(Command command)
    {
        if (command is GuidedCommand guided)
            return guided.Examples;
        var first = new List<HelpRow>();
        foreach (var each in command.Subcommands)
        {
            if (each is GuidedCommand { Examples: [var example, ..] })
                first.Add(example);
        }

        return first;
    }

    /// <summary>Names beside their texts; below them where a name is long.</summary>
    private static void Rows(StringBuilder text, string title, List<HelpRow> rows, int width)
    {
        if (rows.Count == 0)
            return;
        text.Append($"\n{title}:\n");
        var column = 0;
        foreach (var row in rows)
            column = Math.Max(column, Math.Min(row.Name.Length, WidestName));
        column += Indent + Gap;
        foreach (var row in rows)
        {
            text.Append("  ").Append(row.Name);
            if (row.Name.Length > WidestName)
                text.Append('\n').Append(' ', column);
            else
                text.Append(' ', column - Indent - row.Name.Length);
            Wrapped(text, column, row.Text, width);
        }
    }

    /// <summary>Words that begin where the text stands, its further lines indented.</summary>
    private static void Wrapped(StringBuilder text, int indent, string words, int width)
    {
        var at = indent;
        foreach (var word in words.Split(' '))
        {
            if (at > indent && at + 1 + word.Length > width)
            {
                text.Append('\n').Append(' ', indent);
                at = indent;
            }
            else if (at > indent)
            {
                text.Append(' ');
                at++;
            }

            text.Append(word);
            at += word.Length;
        }

        text.Append('\n');
    }
}
