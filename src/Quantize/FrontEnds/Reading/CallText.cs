using System.Globalization;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>A call as users type it: <c>name(a, b, key=value, …)</c>; brackets may be left out where there is nothing in them.</summary>
internal sealed class CallText
{
    private readonly List<string> _places = [];
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = [];

    private CallText(string name) => Name = name;

    public string Name { get; }

    /// <summary>Values without a name, in their order.</summary>
    public IReadOnlyList<string> Places => _places;

    public static CallText Parse(string text)
    {
        text = text.Trim();
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return new CallText(NameOf(text));

        if (!text.EndsWith(')'))
            throw FrontEndErrors.Invalid($"'{text}' has no closing bracket", "name(key=value, …)");

        var call = new CallText(NameOf(text[..open]));
        foreach (var part in Split(text[(open + 1)..^1], ','))
            call.Take(part.Trim());

        return call;
    }

    /// <summary>Parts between separators that are in no bracket.</summary>
    public static IEnumerable<string> Split(string text, char separator)
    {
        int depth = 0, start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (text[i] == separator && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        if (text[start..].Trim().Length > 0 || start > 0)
            yield return text[start..];
    }

    public string? Text(params ReadOnlySpan<string> names)
    {
        string? value = null;
        foreach (var name in names)
        {
            _read.Add(name);
            if (_named.TryGetValue(name, out var given))
                value = value is null ? given : throw FrontEndErrors.Invalid($"{Name}: '{names[0]}' and '{name}' are one setting");
        }

        return value;
    }

    public double? Number(params ReadOnlySpan<string> names) => Text(names) is { } text ? NumberOf(text, names[0]) : null;

    public int? Whole(params ReadOnlySpan<string> names) => Text(names) is { } text ? WholeOf(text, names[0]) : null;

    public bool? Flag(params ReadOnlySpan<string> names) => Text(names) is not { } text ? null : text.ToLowerInvariant() switch
    {
        "true" or "yes" or "1" => true,
        "false" or "no" or "0" => false,
        _ => throw FrontEndErrors.Invalid($"{Name}: {names[0]}={text}", "true or false"),
    };

    /// <summary>A number or none.</summary>
    public double? NumberOrNone(double? absent, params ReadOnlySpan<string> names) => Text(names) is not { } text ? absent
        : IsNone(text) ? null : NumberOf(text, names[0]);

    /// <summary>A whole number; null for none and where it is not given.</summary>
    public int? WholeOrNone(params ReadOnlySpan<string> names) =>
        Text(names) is not { } text || IsNone(text) ? null : WholeOf(text, names[0]);

    public static bool IsNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>[a, b, c], or one number.</summary>
    public double[]? Numbers(params ReadOnlySpan<string> names) => Text(names) is { } text ? NumbersOf(text, names[0]) : null;

    public double[] NumbersOf(string text, string name) => [.. Items(text).Select(item => NumberOf(item, name))];

    /// <summary>The place's value, or that of a name.</summary>
    public double? NumberAt(int place, params ReadOnlySpan<string> names) =>
        Number(names) ?? (place < _places.Count ? NumberOf(_places[place], names[0]) : null);

    public int? WholeAt(int place, params ReadOnlySpan<string> names) =>
        Whole(names) ?? (place < _places.Count ? WholeOf(_places[place], names[0]) : null);

    public double NumberOf(string text, string name) =>
        IsNumber(text, out var number) ? number : throw FrontEndErrors.Invalid($"{Name}: {name}={text} is no number");

    /// <summary>Refuses settings that the function does not have.</summary>
    public void Finish(int places)
    {
        if (_places.Count > places)
            throw FrontEndErrors.Invalid($"{Name}: '{_places[places]}' has no name", "key=value");

        if (_named.Keys.FirstOrDefault(name => !_read.Contains(name)) is { } unknown)
        {
            throw FrontEndErrors.Invalid($"{Name} has no setting '{unknown}'",
                $"it has {string.Join(", ", _read.Order(StringComparer.Ordinal))}");
        }
    }

    public static IEnumerable<string> Items(string text) =>
        Split(text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text, ',').Select(item => item.Trim());

    private static bool IsNone(string text) => text is "none" or "null" or "None";

    private static string NameOf(string text)
    {
        var name = text.Trim();
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? name
            : throw FrontEndErrors.Invalid($"'{text}' is no name of a front end", "name(key=value, …), or a file that ends in .json");
    }

    private int WholeOf(string text, string name) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw FrontEndErrors.Invalid($"{Name}: {name}={text} is no whole number");

    private void Take(string part)
    {
        var at = part.IndexOf('=', StringComparison.Ordinal);
        if (part.Length == 0)
            throw FrontEndErrors.Invalid($"{Name}: nothing between two commas");

        if (at < 0)
            _places.Add(part);
        else if (!_named.TryAdd(part[..at].Trim(), part[(at + 1)..].Trim().Trim('\'', '"')))
            throw FrontEndErrors.Invalid($"{Name}: '{part[..at].Trim()}' is given twice");
    }
}
