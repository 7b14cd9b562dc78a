using System.Globalization;
using System.Text;

namespace EdgeSeq.Tool.Config;

/// <summary>TOML's four kinds of texts: in double quotes with escapes, in single ones without, and both over several lines in three
/// quotes.</summary>
internal static class TomlText
{
    /// <summary>The text that starts at a quote.</summary>
    public static string Read(TomlCursor cursor)
    {
        var quote = cursor.Next().ToString();
        var isLong = false;
        if (cursor.TryTake(quote))
        {
            if (!cursor.TryTake(quote))
                return "";
            isLong = true;
            if (!cursor.TryTake("\n"))
                cursor.TryTake("\r\n");
        }

        var end = isLong ? quote + quote + quote : quote;
        var text = new StringBuilder();
        while (!cursor.TryTake(end))
        {
            if (cursor.IsAtEnd || !isLong && cursor.Peek is '\n' or '\r')
                throw cursor.Error("a text has no closing quote");
            if (quote == "\"" && cursor.Peek == '\\')
                Escape(cursor, text, isLong);
            else
                text.Append(cursor.Next());
        }

        // Up to two quotes may stand before the three that close.
        for (var more = 0; isLong && more < 2 && cursor.TryTake(quote); more++)
            text.Append(quote);
        return text.ToString();
    }

    private static void Escape(TomlCursor cursor, StringBuilder text, bool isLong)
    {
        cursor.Next();
        if (isLong && cursor.Peek is ' ' or '\t' or '\n' or '\r')
        {
            cursor.Take(c => c is ' ' or '\t' or '\n' or '\r');
            return;
        }

        var escape = cursor.Next();
        var at = "btnfr\"\\".IndexOf(escape, StringComparison.Ordinal);
        if (at >= 0)
            text.Append("\b\t\n\f\r\"\\"[at]);
        else if (escape is 'u' or 'U')
            text.Append(Character(cursor, escape == 'u' ? 4 : 8));
        else
            throw cursor.Error($"there is no escape '\\{escape}'; in single quotes a backslash is itself");
    }

    private static string Character(TomlCursor cursor, int digits)
    {
        Span<char> code = stackalloc char[digits];
        foreach (ref var digit in code)
            digit = cursor.Next();
        return int.TryParse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) && Rune.IsValid(number)
            ? new Rune(number).ToString()
            : throw cursor.Error($"'{code}' is no character's number");
    }
}
