using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device;

/// <summary>The <c>key=value</c> parts of a source's or sink's name, which follow its place after commas.</summary>
public sealed class EndpointOptions
{
    private readonly string _source;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="source">The whole name, for messages.</param>
    /// <param name="parts">The <c>key=value</c> parts.</param>
    /// <exception cref="EdgeSeqException">ES0704 for a part without '=' or a key given twice.</exception>
    public EndpointOptions(string source, IEnumerable<string> parts)
    {
        _source = source;
        foreach (var part in parts)
        {
            var equals = part.IndexOf('=');
            if (equals <= 0)
                throw Invalid($"'{part}' is not of the form key=value");
            if (!_values.TryAdd(part[..equals], part[(equals + 1)..]))
                throw Invalid($"'{part[..equals]}' is given twice");
        }
    }

    /// <summary>What stands before the first comma, and the options after it.</summary>
    /// <param name="name">The whole name, for messages.</param>
    /// <param name="rest">What follows the kind's colon.</param>
    /// <exception cref="EdgeSeqException">ES0704.</exception>
    public static (string Place, EndpointOptions Options) Split(string name, string rest)
    {
        var parts = rest.Split(',');
        return (parts[0], new EndpointOptions(name, parts.Skip(1)));
    }

    /// <summary>The text of an option, null where it is not given.</summary>
    public string? Text(string key) => _values.GetValueOrDefault(key);

    /// <summary>One of some words.</summary>
    public string Word(string key, string otherwise, params ReadOnlySpan<string> words)
    {
        var word = Text(key) ?? otherwise;
        foreach (var choice in words)
        {
            if (word == choice)
                return word;
        }

        throw Invalid($"{key}={word} is none of {string.Join(", ", words!)}");
    }

    /// <summary>A number in a range, or what holds where it is not given.</summary>
    public double Number(string key, double otherwise, double least, double most)
    {
        if (Text(key) is not { } text)
            return otherwise;
        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= least && number <= most
            ? number
            : throw Invalid(FormattableString.Invariant($"{key}={text} is not a number from {least} to {most}"));
    }

    /// <summary>One of some numbers.</summary>
    public double Choice(string key, double otherwise, params ReadOnlySpan<double> choices)
    {
        var number = Number(key, otherwise, double.MinValue, double.MaxValue);
        foreach (var choice in choices)
        {
            if (number == choice)
                return number;
        }

        throw Invalid($"{key} must be one of {Join(choices)}");
    }

    /// <exception cref="EdgeSeqException">ES0704 for an option that is not among these.</exception>
    public void RequireKnown(IEnumerable<string> known)
    {
        if (_values.Keys.FirstOrDefault(key => !known.Contains(key)) is { } key)
            throw Invalid($"there is no option '{key}'", $"the options are {string.Join(", ", known)}");
    }

    public EdgeSeqException Invalid(string problem, string? hint = null) => new(ErrorCodes.OptionInvalid, $"{_source}: {problem}", hint);

    private static string Join(ReadOnlySpan<double> numbers)
    {
        var texts = new List<string>();
        foreach (var number in numbers)
            texts.Add(number.ToString(CultureInfo.InvariantCulture));
        return string.Join(", ", texts);
    }
}
