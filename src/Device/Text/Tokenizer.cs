using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Text;

/// <summary>Cuts a line of text into the words of a program's vocabulary by the rule "bracket-punct-1":
/// lower case; every character outside [a-z0-9(),!?'`] becomes a space; ( ) , ! ? stand alone; an apostrophe before
/// s, ve, t, re, d or ll at a word's end starts a new word; spaces divide words; the first MaxTokens words count.</summary>
public sealed class Tokenizer
{
    public const string Rule = "bracket-punct-1";

    private readonly Vocabulary _vocabulary;
    private readonly TextSpec _spec;
    private byte[] _text = [];
    private int _length;
    private int _start;
    private int _token;

    /// <exception cref="EdgeSeqException">ES0116 for a rule that this version does not have.</exception>
    public Tokenizer(Vocabulary vocabulary, TextSpec spec)
    {
        if (spec.Rule != Rule)
        {
            throw new EdgeSeqException(ErrorCodes.TextInvalid,
                $"the program's tokeniser rule '{spec.Rule}' is not known; this version has {Rule}");
        }

        if (spec.MaxTokens < 1)
            throw new EdgeSeqException(ErrorCodes.TextInvalid, $"the program's tokeniser keeps {spec.MaxTokens} tokens");
        _vocabulary = vocabulary;
        _spec = spec;
    }

    /// <summary>The tokeniser that a program brings with it, null where it has none.</summary>
    /// <exception cref="EdgeSeqException">ES0116 where the vocabulary is malformed.</exception>
    public static Tokenizer? Of(Model model) =>
        model.Program.Text is { } spec ? new Tokenizer(new Vocabulary(model.Tensor(spec.VocabTensor)), spec) : null;

    /// <summary>Starts on a line of UTF-8 text.</summary>
    public void Begin(ReadOnlySpan<byte> line)
    {
        const int MostBytesPerByte = 3;
        if (_text.Length < MostBytesPerByte * line.Length)
            _text = new byte[MostBytesPerByte * line.Length];
        _length = 0;
        for (var i = 0; i < line.Length; i++)
            AppendCharacter(line, i);
        _start = 0;
        _token = 0;
    }

    /// <summary>The next word (valid until Begin) and its id; false after the last.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> word, out int id)
    {
        word = default;
        id = -1;
        while (_start < _length && _text[_start] == ' ')
            _start++;
        if (_start == _length || _token == _spec.MaxTokens)
            return false;
        var length = _text.AsSpan(_start, _length - _start).IndexOf((byte)' ');
        word = _text.AsMemory(_start, length < 0 ? _length - _start : length);
        id = _vocabulary.Find(word.Span);
        if (id < 0)
            id = _spec.Unknown;
        _start += word.Length;
        _token++;
        return true;
    }

    private void AppendCharacter(ReadOnlySpan<byte> line, int i)
    {
        var c = Normal(line[i]);
        var standsAlone = c is (byte)'(' or (byte)')' or (byte)',' or (byte)'!' or (byte)'?';
        if (standsAlone || (c == '\'' && StartsSuffix(line[(i + 1)..])))
            _text[_length++] = (byte)' ';
        _text[_length++] = c;
        if (standsAlone)
            _text[_length++] = (byte)' ';
    }

    private static byte Normal(byte c) => c switch
    {
        >= (byte)'A' and <= (byte)'Z' => (byte)(c | 0x20),
        >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' => c,
        (byte)'(' or (byte)')' or (byte)',' or (byte)'!' or (byte)'?' or (byte)'\'' or (byte)'`' => c,
        _ => (byte)' ',
    };

    private static bool StartsSuffix(ReadOnlySpan<byte> rest)
    {
        var letters = 0;
        while (letters < rest.Length && char.IsAsciiLetterOrDigit((char)rest[letters]))
            letters++;
        return letters switch
        {
            1 => Normal(rest[0]) is (byte)'s' or (byte)'t' or (byte)'d',
            2 => (Normal(rest[0]), Normal(rest[1])) is ((byte)'v', (byte)'e') or ((byte)'r', (byte)'e') or ((byte)'l', (byte)'l'),
            _ => false,
        };
    }
}
