namespace EdgeSeq.Tool.Config;

/// <summary>A place in a TOML document, and the steps from token to token.</summary>
internal sealed class TomlCursor(string text)
{
    private const char End = '\0';

    private int _position;

    /// <summary>From 1.</summary>
    public int Line => text.AsSpan(0, _position).Count('\n') + 1;

    /// <summary>The character here; 0 at the end.</summary>
    public char Peek => _position < text.Length ? text[_position] : End;

    public bool IsAtEnd => _position >= text.Length;

    public FormatException Error(string problem) => new($"line {Line}: {problem}");

    public char Next() => IsAtEnd ? End : text[_position++];

    /// <summary>Whether these characters stand here; they are then passed.</summary>
    public bool TryTake(string characters)
    {
        if (string.CompareOrdinal(text, _position, characters, 0, characters.Length) != 0)
            return false;
        _position += characters.Length;
        return true;
    }

    /// <summary>The characters from here on that belong to a set.</summary>
    public string Take(Func<char, bool> belongs)
    {
        var start = _position;
        while (!IsAtEnd && belongs(Peek))
            _position++;
        return text[start.._position];
    }

    public void SkipBlanks() => Take(c => c is ' ' or '\t');

    /// <summary>Goes over blanks, line ends and comments; false at the end of the document.</summary>
    public bool SkipToContent()
    {
        while (Take(c => c is ' ' or '\t' or '\n' or '\r').Length > 0 || Peek == '#')
        {
            if (Peek == '#')
                Take(c => c != '\n');
        }

        return !IsAtEnd;
    }

    public void Expect(char character, string problem)
    {
        if (Peek != character)
            throw Error(problem);
        Next();
    }

    public void ExpectLineEnd()
    {
        SkipBlanks();
        if (Peek == '#')
            Take(c => c != '\n');
        TryTake("\r");
        if (!IsAtEnd && Peek != '\n')
            throw Error("a value is followed by something else");
    }
}
