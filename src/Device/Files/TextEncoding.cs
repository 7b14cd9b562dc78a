using System.Text;

namespace EdgeSeq.Device.Files;

/// <summary>Text as UTF-8, whatever a stream holds: UTF-8 or UTF-16, with a byte order mark or without.</summary>
internal static class TextEncoding
{
    private const int FirstBytes = 2;

    /// <summary>The stream as UTF-8. Waits for its first two bytes.</summary>
    public static Stream ToUtf8(Stream stream)
    {
        var first = new byte[FirstBytes];
        var count = stream.ReadAtLeast(first, FirstBytes, throwOnEndOfStream: false);
        var whole = new PrefixedStream(first.AsMemory(0, count), stream);
        // Numbers and names start with a character of one byte, so that its other byte is 0.
        return (first[0], first[1]) switch
        {
            _ when count < FirstBytes => whole,
            (0xFF, 0xFE) or (not 0, 0) => Encoding.CreateTranscodingStream(whole, Encoding.Unicode, Encoding.UTF8),
            (0xFE, 0xFF) or (0, not 0) => Encoding.CreateTranscodingStream(whole, Encoding.BigEndianUnicode, Encoding.UTF8),
            _ => whole,
        };
    }

    /// <summary>Bytes that were read ahead, then the rest.</summary>
    private sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _prefix = prefix;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (_prefix.IsEmpty)
                return rest.Read(buffer);
            var count = Math.Min(buffer.Length, _prefix.Length);
            _prefix.Span[..count].CopyTo(buffer);
            _prefix = _prefix[count..];
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
