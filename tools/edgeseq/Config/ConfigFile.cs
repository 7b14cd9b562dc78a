using System.CommandLine;
using System.Text;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool.Config;

/// <summary>The options of a command in a TOML or JSON file: a name for each, that of the option without its dashes, and <c>program</c>.
/// They become arguments, so each is checked as if it was typed; what is typed beside the file has the last word.</summary>
internal sealed class ConfigFile
{
    private readonly Command _command;
    private readonly string _path;
    private readonly IReadOnlyList<ConfigKey> _keys;

    private ConfigFile(Command command, string path)
    {
        _command = command;
        _path = path;
        _keys = ConfigKey.Of(command);
    }

    /// <summary>The arguments with those of the file that <c>--config</c> names in its place, or that stands in the program's; as they are
    /// where there is none.</summary>
    /// <exception cref="EdgeSeqException">ES0601, ES0602 for the file, ES0710 for what is in it.</exception>
    public static string[] Expand(Command command, string[] arguments)
    {
        if (arguments is [var name, var first, .. var rest] && name == command.Name && IsFile(first))
            arguments = [name, ConfigKey.ConfigOption, first, .. rest];
        var place = Array.FindIndex(arguments, argument => IsOption(argument, ConfigKey.ConfigOption));
        if (place < 0 || arguments[0] != command.Name)
            return arguments;
        var isJoined = arguments[place] != ConfigKey.ConfigOption;
        if (!isJoined && place + 1 == arguments.Length)
            return arguments;
        var path = isJoined ? arguments[place][(ConfigKey.ConfigOption.Length + 1)..] : arguments[place + 1];
        string[] typed = [.. arguments[1..place], .. arguments[(place + (isJoined ? 1 : 2))..]];
        return [command.Name, .. new ConfigFile(command, path).Arguments(typed), .. typed];
    }

    private static bool IsFile(string argument) => argument.EndsWith(".toml", StringComparison.OrdinalIgnoreCase)
        || argument.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static bool IsOption(string argument, string name) =>
        argument == name || argument.StartsWith($"{name}=", StringComparison.Ordinal);

    private static string Expected(ConfigKey key)
    {
        if (key.Type == ConfigType.Text && key.Words is { Count: > 0 } words)
            return $"{string.Join(" or ", words.Select(word => $"\"{word}\""))}";
        return key.Type switch
        {
            ConfigType.Boolean => "true or false",
            ConfigType.Whole => "a whole number",
            ConfigType.Number => "a number",
            _ => key.IsList ? "a text in quotes, or a list of them" : "a text in quotes",
        };
    }

    private List<string> Arguments(string[] typed)
    {
        var arguments = new List<string>();
        var seen = new HashSet<string>();
        foreach (var entry in Read())
        {
            if (!seen.Add(entry.Name))
                throw Invalid(entry.Line, $"'{entry.Name}' is there twice", "a list holds several values");
            if (entry.Name != ConfigKey.Chain)
                Add(entry, typed, arguments);
        }

        if (seen.Contains(ConfigKey.Chain) && arguments is [var program, ..] && !program.StartsWith('-') && !File.Exists(program))
        {
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"{_path}: its program {program} has not been made yet",
                $"edgeseq-convert convert --chain {_path} -o {program}");
        }

        return arguments;
    }

    private List<ConfigEntry> Read()
    {
        using var file = InputFile.Open(_path);
        using var content = new MemoryStream();
        file.CopyTo(content);
        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        try
        {
            return _path.EndsWith(".toml", StringComparison.OrdinalIgnoreCase) ? TomlEntries.Read(Encoding.UTF8.GetString(bytes))
                : JsonEntries.Read(bytes);
        }
        catch (FormatException e)
        {
            throw new EdgeSeqException(
                ErrorCodes.ConfigInvalid, $"{_path}: {e.Message}", "docs/run.schema.json describes it; a file in TOML is called NAME.toml",
                e);
        }
    }

    private void Add(ConfigEntry entry, string[] typed, List<string> arguments)
    {
        var key = _keys.FirstOrDefault(key => key.Name == entry.Name) ?? throw Unknown(entry);
        Check(key, entry);
        if (key.Option is not { } option)
        {
            // A program that is typed stands in its place.
            if (_command.Parse(typed).GetResult(_command.Arguments[0]) is not { Tokens.Count: > 0 })
                arguments.Add(entry.Values[0].Text);
            return;
        }

        var own = key.Type == ConfigType.Boolean
            ? entry.Values.Where(value => value.Text == "true").Select(_ => option.Name).ToArray()
            : [.. entry.Values.Select(value => $"{option.Name}={value.Text}")];
        if (own.Length > 0 && _command.Parse(own).GetResult(option)?.Errors.FirstOrDefault() is { } error)
            throw Invalid(entry.Line, error.Message.TrimStart('-'), null);
        if (!typed.Any(argument => IsOption(argument, option.Name)))
            arguments.AddRange(own);
    }

    private void Check(ConfigKey key, ConfigEntry entry)
    {
        if (entry.IsList && !key.IsList)
            throw Invalid(entry.Line, $"{key.Name} takes {Expected(key)}, not a list", null);
        foreach (var value in entry.Values)
        {
            var fits = value.Type == key.Type || value.Type == ConfigType.Whole && key.Type == ConfigType.Number;
            if (!fits)
                throw Invalid(value.Line, $"{key.Name} takes {Expected(key)}{(value.Text.Length > 0 ? $", not {value.Text}" : "")}", null);
        }
    }

    private EdgeSeqException Unknown(ConfigEntry entry)
    {
        var option = $"--{entry.Name}";
        // The first word is the program.
        var meant = Suggestion.For(_command.Parse([ConfigKey.Program, option]), option)?.TrimStart('-');
        var all = $"edgeseq {_command.Name} --help shows all; write them without dashes";
        return Invalid(
            entry.Line, $"there is no option '{entry.Name}'",
            _keys.Any(key => key.Name == meant) ? $"did you mean {meant}? {all}" : all);
    }

    private EdgeSeqException Invalid(int line, string problem, string? hint) =>
        new(ErrorCodes.ConfigInvalid, $"{_path}: line {line}: {problem}", hint);
}
