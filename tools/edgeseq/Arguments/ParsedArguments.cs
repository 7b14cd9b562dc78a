using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Tool.Arguments;

/// <summary>The arguments of one command. A small parser of its own because a library for it would be a quarter of the device binary.</summary>
internal sealed class ParsedArguments
{
    private readonly string _command;
    private readonly string? _program;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="definition">The command.</param>
    /// <param name="arguments">What follows the command's name: <c>--option value</c>, <c>--option=value</c>, flags and the program, in any order.</param>
    /// <exception cref="EdgeSeqException">ES0701.</exception>
    public ParsedArguments(CommandDefinition definition, ReadOnlySpan<string> arguments)
    {
        _command = definition.Name;
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument.StartsWith("--", StringComparison.Ordinal))
                AddOption(definition, argument, arguments, ref i);
            else if (definition.TakesProgram && _program is null)
                _program = argument;
            else
                throw Error($"there is no argument '{argument}' here");
        }

        if (definition.TakesProgram && _program is null)
            throw Error("the PROGRAM is missing");
        if (definition.Options.FirstOrDefault(option => option.IsRequired && !_values.ContainsKey(option.Name)) is { } missing)
            throw Error($"the option {missing.Name} {missing.Value} is missing");
    }

    /// <summary>The program's path, for a command that takes one.</summary>
    public string Program => _program!;

    public bool Has(Option option) => _values.ContainsKey(option.Name);

    /// <summary>The option's value, null where it was not given.</summary>
    public string? Text(Option option) => _values.GetValueOrDefault(option.Name);

    /// <exception cref="EdgeSeqException">ES0701 for what is not a whole number above 0.</exception>
    public long? WholeNumber(Option option)
    {
        if (Text(option) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Wrong(option, text, "a whole number above 0");
    }

    /// <exception cref="EdgeSeqException">ES0701 for what is not a finite number above 0.</exception>
    public double? Number(Option option)
    {
        if (Text(option) is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 && double.IsFinite(number)
            ? number
            : throw Wrong(option, text, "a number above 0");
    }

    /// <summary>The value that belongs to the word given, the first choice's where none was.</summary>
    /// <exception cref="EdgeSeqException">ES0701 for another word.</exception>
    public T Choice<T>(Option option, params (string Word, T Value)[] choices)
    {
        if (Text(option) is not { } text)
            return choices[0].Value;
        var chosen = Array.FindIndex(choices, choice => choice.Word == text);
        return chosen >= 0 ? choices[chosen].Value : throw Wrong(option, text, string.Join(" or ", choices.Select(choice => choice.Word)));
    }

    private void AddOption(CommandDefinition definition, string argument, ReadOnlySpan<string> arguments, ref int i)
    {
        var equals = argument.IndexOf('=');
        var name = equals < 0 ? argument : argument[..equals];
        var option = Array.Find(definition.Options, option => option.Name == name) ?? throw Error($"there is no option {name}");
        string value;
        if (option.Value is null)
            value = equals < 0 ? "" : throw Error($"the option {name} takes no value");
        else if (equals >= 0)
            value = argument[(equals + 1)..];
        else
            value = ++i < arguments.Length ? arguments[i] : throw Error($"the option {name} lacks its value {option.Value}");
        if (!_values.TryAdd(name, value))
            throw Error($"the option {name} is given twice");
    }

    private EdgeSeqException Wrong(Option option, string text, string expected) => Error($"{option.Name} takes {expected}, not '{text}'");

    private EdgeSeqException Error(string problem) => new(ErrorCodes.UsageInvalid, problem, $"edgeseq {_command} --help");
}
