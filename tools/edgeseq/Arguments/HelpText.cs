using System.Text;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Run;

namespace EdgeSeq.Tool.Arguments;

/// <summary>What <c>--help</c> prints.</summary>
internal static class HelpText
{
    private const string ExitCodes = "0 ok, 1 a check failed, 2 usage, 3 bad file or data, 4 unsupported, 5 device or I/O, 130 interrupted";

    public static string Of(IReadOnlyList<CommandDefinition> commands)
    {
        var text = new StringBuilder("edgeseq runs trained sequence models one time step at a time.\n\n");
        text.Append("usage: edgeseq COMMAND [options]\n\ncommands\n");
        AppendList(text, [.. commands.Select(command => (command.Name, command.Summary)), ("--version", "Print the version"), ("COMMAND --help", "Explain a command")]);
        return text.Append($"\nexit codes: {ExitCodes}\n").ToString();
    }

    public static string Of(CommandDefinition command)
    {
        var text = new StringBuilder($"{command.Summary}.\n\nusage: edgeseq {command.Name}");
        text.Append(command.TakesProgram ? " PROGRAM" : "");
        foreach (var option in command.Options)
            text.Append(option.IsRequired ? $" {Form(option)}" : $" [{Form(option)}]");
        text.Append("\n\n");
        if (command.TakesProgram)
            AppendList(text, [("PROGRAM", "A step program, the file that edgeseq-convert wrote")]);
        AppendList(text, [.. command.Options.Select(option => (Form(option), option.Description))]);
        if (command.Options.Any(option => option.Value == "SOURCE"))
            text.Append($"\nsources: {SourceCatalog.Forms}\nsinks:   {SinkCatalog.Forms}\n");
        return text.ToString();
    }

    private static string Form(Option option) => option.Value is null ? option.Name : $"{option.Name} {option.Value}";

    private static void AppendList(StringBuilder text, (string Name, string Description)[] entries)
    {
        var width = entries.Max(entry => entry.Name.Length);
        foreach (var (name, description) in entries)
            text.Append("  ").Append(name.PadRight(width)).Append("  ").Append(description).Append('\n');
    }
}
