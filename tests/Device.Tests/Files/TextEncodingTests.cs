using System.Text;
using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Tests.Files;

public class TextEncodingTests
{
    private const string Text = "grün;µ\r\n1,5;2\n\n3;4";

    public static TheoryData<string, Encoding> Encodings => new()
    {
        { "UTF-8", new UTF8Encoding(false) },
        { "UTF-8 with its mark", new UTF8Encoding(true) },
        { "UTF-16", new UnicodeEncoding(bigEndian: false, byteOrderMark: true) },
        { "UTF-16 without its mark", new UnicodeEncoding(bigEndian: false, byteOrderMark: false) },
        { "big-endian UTF-16", new UnicodeEncoding(bigEndian: true, byteOrderMark: true) },
        { "big-endian UTF-16 without its mark", new UnicodeEncoding(bigEndian: true, byteOrderMark: false) },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Lines_are_the_same_in_every_encoding(string name, Encoding encoding)
    {
        Assert.NotEqual("", name);
        Assert.Equal(["grün;µ", "1,5;2", "", "3;4"], Lines(new MemoryStream([.. encoding.GetPreamble(), .. encoding.GetBytes(Text)])));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_line_of_a_live_pipe_is_there_as_soon_as_it_came(string name, Encoding encoding)
    {
        Assert.NotEqual("", name);
        var pipe = new DrippingStream([[.. encoding.GetPreamble(), .. encoding.GetBytes("1;2\n")], encoding.GetBytes("3;4\n")]);
        using var reader = new LineReader("pipe", pipe);

        Assert.True(reader.TryRead(out var line));
        Assert.Equal("1;2", Encoding.UTF8.GetString(line));
        Assert.Equal(1, pipe.Taken);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    public void Less_than_two_bytes_are_read(string text) =>
        Assert.Equal(text.Length, Lines(new MemoryStream(Encoding.UTF8.GetBytes(text))).Count);

    private static List<string> Lines(Stream stream)
    {
        using var reader = new LineReader("test", stream);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
            lines.Add(Encoding.UTF8.GetString(line));
        return lines;
    }

    /// <summary>A pipe whose writer sends a part after the other: a read gives what is there, and one beyond that would wait.</summary>
    private sealed class DrippingStream(byte[][] parts) : MemoryStream
    {
        private int _offset;

        /// <summary>Parts of which something was read.</summary>
        public int Taken { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (_offset == 0)
                Taken++;
            var part = parts[Taken - 1].AsSpan(_offset);
            var count = Math.Min(buffer.Length, part.Length);
            part[..count].CopyTo(buffer);
            _offset = count == part.Length ? 0 : _offset + count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    }
}
