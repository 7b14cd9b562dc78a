using System.Globalization;
using System.Text;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sinks;

/// <summary>Buffered text output to a stream, without allocation once the buffer has its size.</summary>
internal sealed class Utf8Writer(string name, Stream stream) : IDisposable
{
    private const int BufferBytes = 1 << 15;
    private const int LongestNumber = 64;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly OutputFile? _file;
    private int _length;
    private bool _hasFailed;
    private bool _hasContent;

    /// <summary>Lines of a file that takes its name when the writer is disposed, unless writing failed: what was written until an error in
    /// the data is good. Where nothing was written and the run did not complete, the old file stays.</summary>
    public Utf8Writer(string name, OutputFile file)
        : this(name, file.Stream) => _file = file;

    /// <summary>Whether something stands before what this writer writes: it adds to a file.</summary>
    public bool IsContinued => stream is FileStream { CanSeek: true, Position: > 0 };

    public void Append(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > _buffer.Length - _length)
            Flush();
        if (utf8.Length > _buffer.Length)
        {
            WriteOut(utf8);
            return;
        }

        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
    }

    public void Append(byte character) => Append([character]);

    public void Append(string text) => Append(Encoding.UTF8.GetBytes(text));

    /// <summary>The shortest digits that read back as the same float.</summary>
    public void Append(float value, ReadOnlySpan<char> format = default)
    {
        Reserve(LongestNumber);
        value.TryFormat(_buffer.AsSpan(_length), out var written, format, CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>A number of seconds to the microsecond.</summary>
    public void AppendSeconds(double value)
    {
        Reserve(LongestNumber);
        value.TryFormat(_buffer.AsSpan(_length), out var written, "0.######", CultureInfo.InvariantCulture);
        _length += written;
    }

    public void Append(long value)
    {
        Reserve(LongestNumber);
        value.TryFormat(_buffer.AsSpan(_length), out var written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <exception cref="OutputClosedException">The reader of a pipe has gone away.</exception>
    /// <exception cref="EdgeSeqException">ES0603.</exception>
    public void Flush()
    {
        var length = _length;
        _length = 0;
        WriteOut(_buffer.AsSpan(0, length));
    }

    /// <summary>Hands over what is left; a file takes its name even where it is empty.</summary>
    public void Complete()
    {
        _hasContent = true;
        Flush();
    }

    public void Dispose()
    {
        try
        {
            if (_file is not null && !_hasFailed && (_hasContent || _length > 0))
            {
                Flush();
                _file.Commit();
            }
        }
        finally
        {
            _file?.Dispose();
            stream.Dispose();
        }
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
            Flush();
    }

    private void WriteOut(ReadOnlySpan<byte> bytes)
    {
        // Until the bytes are out, this writer counts as failed.
        var hadFailed = _hasFailed;
        _hasFailed = true;
        try
        {
            stream.Write(bytes);
            _hasFailed = hadFailed;
            _hasContent |= !bytes.IsEmpty;
        }
        catch (IOException e) when ((e.HResult & 0xFFFF) == Posix.BrokenPipe)
        {
            throw new OutputClosedException(e);
        }
        catch (IOException e)
        {
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{name}: {IoReason.Of(e)}", inner: e);
        }
    }
}
