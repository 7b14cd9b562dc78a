namespace EdgeSeq.Device.Files;

/// <summary>Buffered sequential reading of a stream.</summary>
internal sealed class ByteReader(Stream stream) : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    /// <summary>Fills the span unless the stream ends before; returns the bytes read.</summary>
    public int Read(Span<byte> bytes)
    {
        var done = 0;
        while (done < bytes.Length && (_start < _end || Refill()))
        {
            var count = Math.Min(bytes.Length - done, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(bytes[done..]);
            _start += count;
            done += count;
        }

        return done;
    }

    /// <summary>Passes over bytes; false when the stream ends before.</summary>
    public bool Skip(long count)
    {
        while (count > 0 && (_start < _end || Refill()))
        {
            var step = (int)Math.Min(count, _end - _start);
            _start += step;
            count -= step;
        }

        return count == 0;
    }

    public void Dispose() => stream.Dispose();

    private bool Refill()
    {
        _start = 0;
        _end = stream.Read(_buffer);
        return _end > 0;
    }
}
