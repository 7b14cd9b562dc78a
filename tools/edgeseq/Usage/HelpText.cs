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
        Rows(text, "Arguments", [.. command.Arguments.Select(argument => (NameOf(argument), argument.Description!))], width);
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

    private static void Commands(StringBuilder text, Command command, int width) => Rows(text, "Commands",
        [.. command.Subcommands.Where(each => !each.Hidden).Select(each => (each.Name, each.Description!))], width);

    private static void Options(StringBuilder text, Command command, int width)
    {
        var others = command.Options.Where(option => !option.Hidden && option is not HelpOption).ToList();
        if (command is GuidedCommand guided)
        {
            foreach (var (title, options) in guided.Groups)
            {
                Rows(text, title, Described(options), width);
                foreach (var option in options)
                    others.Remove(option);
            }
        }

        List<(string, string)> rows = [.. Described(others)];
        rows.Add(("-h, --help", "Show this"));
        Rows(text, "Options", rows, width);
    }

    private static (string Name, string Text)[] Described(IEnumerable<Option> options) =>
        [.. options.Select(option => (NameOf(option), option.Required ? $"{option.Description} (required)" : option.Description!))];

    private static void Examples(StringBuilder text, string tool, Command command)
    {
        // The root shows one of each command.
        var examples = command is RootCommand
            ? command.Subcommands.OfType<GuidedCommand>().Where(each => each.Examples.Count > 0).Select(each => each.Examples[0])
            : command is GuidedCommand guided ? guided.Examples : [];
        var isFirst = true;
        foreach (var (line, what) in examples)
        {
            text.Append(isFirst ? "\nExamples:\n" : "").Append($"  {tool} {line}\n      {what}\n");
            isFirst = false;
        }
    }

    /// <summary>Names beside their texts; below them where a name is long.</summary>
    private static void Rows(StringBuilder text, string title, IReadOnlyList<(string Name, string Text)> rows, int width)
    {
        if (rows.Count == 0)
            return;
        text.Append($"\n{title}:\n");
        var column = 0;
        foreach (var (name, _) in rows)
            column = Math.Max(column, Math.Min(name.Length, WidestName));
        column += Indent + Gap;
        foreach (var (name, what) in rows)
        {
            text.Append($"  {name}");
            if (name.Length > WidestName)
                text.Append('\n').Append(' ', column);
            else
                text.Append(' ', column - Indent - name.Length);
            Wrapped(text, column, what, width);
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
