using System.Globalization;

namespace EdgeSeq.Tool.Config;

/// <summary>Reads a TOML document (https://toml.io, 1.0) as far as options go: names with texts, numbers, true or false and lists of them.
/// Options have no tables, so those are refused but for the chain, which ends what is read.</summary>
internal sealed class TomlEntries
{
    private readonly TomlCursor _cursor;

    private TomlEntries(string text) => _cursor = new TomlCursor(text);

    /// <exception cref="FormatException">It is no such document; the message names the line.</exception>
    public static List<ConfigEntry> Read(string text)
    {
        var reader = new TomlEntries(text);
        var entries = new List<ConfigEntry>();
        while (reader._cursor.SkipToContent() && !reader.IsChain(entries))
            entries.Add(reader.Entry());
        return entries;
    }

    /// <summary>The chain stands behind the options and is the converter's.</summary>
    private bool IsChain(List<ConfigEntry> entries)
    {
        var line = _cursor.Line;
        var begins = _cursor.TryTake("[chain]") || _cursor.TryTake("[chain.");
        if (begins)
            entries.Add(new ConfigEntry(ConfigKey.Chain, line, false, []));
        return begins;
    }

    private ConfigEntry Entry()
    {
        if (_cursor.Peek == '[')
            throw _cursor.Error("there are no tables: options stand by themselves");
        var line = _cursor.Line;
        var name = Name();
        _cursor.SkipBlanks();
        if (_cursor.Peek == '.')
            throw _cursor.Error("a name has no dots: options stand by themselves");
        _cursor.Expect('=', $"'=' is missing after '{name}'");
        _cursor.SkipBlanks();
        var isList = _cursor.Peek == '[';
        var entry = new ConfigEntry(name, line, isList, isList ? List() : [Value()]);
        _cursor.ExpectLineEnd();
        return entry;
    }

    private string Name()
    {
        if (_cursor.Peek is '"' or '\'')
            return TomlText.Read(_cursor);
        var name = _cursor.Take(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        return name.Length > 0 ? name : throw _cursor.Error("a name is missing");
    }

    private List<ConfigValue> List()
    {
        var values = new List<ConfigValue>();
        _cursor.Next();
        while (_cursor.SkipToContent() && _cursor.Peek != ']')
        {
            values.Add(Value());
            if (!_cursor.SkipToContent() || _cursor.Peek != ',')
                break;
            _cursor.Next();
        }

        _cursor.Expect(']', "']' is missing after a list");
        return values;
    }

    private ConfigValue Value()
    {
        var line = _cursor.Line;
        switch (_cursor.Peek)
        {
            case '"' or '\'':
                return new ConfigValue(ConfigType.Text, TomlText.Read(_cursor), line);
            case '[':
                List();
                return new ConfigValue(ConfigType.Other, "", line);
            case '{':
                throw _cursor.Error("there are no tables: options stand by themselves");
            default:
                var word = _cursor.Take(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.' or '_' or ':');
                return word.Length > 0 ? Plain(word, line) : throw _cursor.Error("a value is missing");
        }
    }

    /// <summary>A number, true or false. What is none (a date, infinity) is left to be refused by its option.</summary>
    private ConfigValue Plain(string word, int line)
    {
        if (word is "true" or "false")
            return new ConfigValue(ConfigType.Boolean, word, line);
        if (WithPrefix(word) is { } prefixed)
            return new ConfigValue(ConfigType.Whole, prefixed, line);
        var digits = Number(word);
        if (digits is not null && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            return new ConfigValue(ConfigType.Whole, digits, line);
        if (digits is not null && digits.AsSpan().ContainsAny(".eE") && IsNumber(digits))
            return new ConfigValue(ConfigType.Number, digits, line);
        var isDate = char.IsAsciiDigit(word[0]) && word.AsSpan().ContainsAny("-:");
        if (isDate || word.TrimStart('+', '-') is "inf" or "nan")
            return new ConfigValue(ConfigType.Other, "", line);
        throw _cursor.Error($"'{word}' is no value; a text stands in quotes");
    }

    /// <summary>The digits of a number without the underscores between them; null where TOML has no such number.</summary>
    private static string? Number(string word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            var isBetweenDigits = i > 0 && i + 1 < word.Length && char.IsAsciiDigit(word[i - 1]) && char.IsAsciiDigit(word[i + 1]);
            if (word[i] is '_' or '.' && !isBetweenDigits)
                return null;
        }

        var unsigned = word.AsSpan().TrimStart("+-");
        var hasLeadingZero = unsigned.Length > 1 && unsigned[0] == '0' && (char.IsAsciiDigit(unsigned[1]) || unsigned[1] == '_');
        return hasLeadingZero ? null : word.Replace("_", "", StringComparison.Ordinal).TrimStart('+');
    }

    /// <summary>A hexadecimal, octal or binary number in decimal digits; null for any other.</summary>
    private static string? WithPrefix(string word)
    {
        var style = word.Length > 2 ? word[..2] : "";
        var digits = word.Length > 2 ? word[2..].Replace("_", "", StringComparison.Ordinal) : "";
        const NumberStyles Hexadecimal = NumberStyles.AllowHexSpecifier;
        const NumberStyles Binary = NumberStyles.AllowBinarySpecifier;
        return style switch
        {
            "0x" when long.TryParse(digits, Hexadecimal, CultureInfo.InvariantCulture, out var value) => Decimal(value),
            "0b" when long.TryParse(digits, Binary, CultureInfo.InvariantCulture, out var value) => Decimal(value),
            "0o" when digits.Length is > 0 and < 21 && digits.All(c => c is >= '0' and <= '7') =>
                Decimal(digits.Aggregate(0L, (value, digit) => value * 8 + (digit - '0'))),
            _ => null,
        };
    }

    private static bool IsNumber(string digits) => double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string Decimal(long value) => value.ToString(CultureInfo.InvariantCulture);
}
