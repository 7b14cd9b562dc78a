using System.Buffers;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Files;

/// <summary>The lines of a stream, as UTF-8 without their line ends (LF or CR LF) and without a leading byte order mark; UTF-16 is
/// converted. Allocates only while a line longer than all before makes the buffer grow.</summary>
internal sealed class LineReader(string name, Stream stream) : IDisposable
{
    private const int FirstBufferBytes = 1 << 14;
    private const int MaxLineBytes = 1 << 24;

    /// <summary>What a line of text does not hold, but the first one of any other file most likely does.</summary>
    private static readonly SearchValues<byte> NoTextBytes = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Except(['\t', '\r', '\f']).Select(control => (byte)control)]);

    private Stream? _text;
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Number of the line that TryRead gave last, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The next line, valid until the next call; false at the end.</summary>
    /// <exception cref="EdgeSeqException">ES0301 for a line longer than 16 MiB.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Take(searched + length, searched + length + 1);
                return true;
            }

            searched = _end - _start;
            if (!_ended && Refill())
                continue;
            line = searched > 0 ? Take(searched, searched) : default;
            return searched > 0;
        }
    }

    public void Dispose() => stream.Dispose();

    private EdgeSeqException NoText(ReadOnlySpan<byte> start) => WrongKind.Instead(name, start, "text", "csv")
        ?? new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{name}: is not text", "give a text file in UTF-8 or UTF-16");

    private ReadOnlySpan<byte> Take(int length, int consumed)
    {
        ReadOnlySpan<byte> line = _buffer.AsSpan(_start, length);
        if (Line == 0 && line.ContainsAny(NoTextBytes))
            throw NoText(_buffer.AsSpan(_start, _end - _start));
        _start += consumed;
        if (Line++ == 0 && line.StartsWith("\uFEFF"u8))
            line = line[3..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private bool Refill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= MaxLineBytes)
                throw new EdgeSeqException(ErrorCodes.RecordingMalformed, $"{name}: line {Line + 1} is longer than {MaxLineBytes} bytes");
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        _text ??= TextEncoding.ToUtf8(stream);
        var read = _text.Read(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
        return read > 0;
    }
}
