using System.CommandLine;
using System.CommandLine.Completions;

namespace EdgeSeq.Tool.Config;

/// <summary>A name that a file of options may hold: an option of the command, or its argument. Everything is read from the command's own
/// definition.</summary>
internal sealed class ConfigKey
{
    /// <summary>The command's argument.</summary>
    public const string Program = "program";

    /// <summary>The option that names the file; not a name in it.</summary>
    public const string ConfigOption = "--config";

    /// <summary>What the converter makes the program of; it stands beside the options.</summary>
    public const string Chain = "chain";

    private const string Dashes = "--";

    private ConfigKey(string name, string description, ConfigType type, bool isList, Option? option)
    {
        Name = name;
        Description = description;
        Type = type;
        IsList = isList;
        Option = option;
    }

    public string Name { get; }

    public string Description { get; }

    public ConfigType Type { get; }

    /// <summary>Whether several values may be given.</summary>
    public bool IsList { get; }

    /// <summary>Null for the argument.</summary>
    public Option? Option { get; }

    /// <summary>The words that the option takes; empty where it takes more than fixed ones.</summary>
    public IReadOnlyList<string> Words =>
        Option is null || Type != ConfigType.Text ? [] : [.. Option.GetCompletions(CompletionContext.Empty).Select(item => item.Label)];

    public static IReadOnlyList<ConfigKey> Of(Command command) =>
    [
        new(Program, command.Arguments[0].Description ?? "", ConfigType.Text, isList: false, option: null),
        .. command.Options.Where(option => option.Name.StartsWith(Dashes, StringComparison.Ordinal) && option.Name is not ConfigOption
            and not "--help").Select(Of),
    ];

    private static ConfigKey Of(Option option) =>
        new(option.Name[Dashes.Length..], option.Description ?? "", TypeOf(option), option.Arity.MaximumNumberOfValues > 1, option);

    private static ConfigType TypeOf(Option option)
    {
        if (option.Arity.MaximumNumberOfValues == 0)
            return ConfigType.Boolean;
        if (option.ValueType == typeof(long?) || option.ValueType == typeof(int?))
            return ConfigType.Whole;
        return option.ValueType == typeof(double?) ? ConfigType.Number : ConfigType.Text;
    }
}
