using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Device.Delivery;

/// <summary>One file of a <see cref="DiskQueue"/>: the queue's identity, then messages, each as length, checksum, sequence number and
/// content, little-endian. What a power cut left unfinished at its end has a wrong checksum and is cut off when it is opened.</summary>
internal sealed class QueueSegment : IDisposable
{
    private const string Extension = ".segment";
    private const int HeaderBytes = 16;
    private const int RecordBytes = 16;

    private readonly SafeFileHandle _file;
    private long _readPosition = HeaderBytes;
    private long _publishedLength = HeaderBytes;
    private long _count;
    private long _published;
    private long _taken;

    private QueueSegment(string path, SafeFileHandle file, long first)
    {
        Path = path;
        _file = file;
        First = first;
        Last = first - 1;
    }

    public string Path { get; }

    /// <summary>The sequence number that its first message has or will have.</summary>
    public long First { get; }

    /// <summary>The sequence number of its last message; one less than <see cref="First"/> where it is empty.</summary>
    public long Last { get; private set; }

    /// <summary>The queue's identity.</summary>
    public ulong Identity { get; private init; }

    public long Length { get; private set; } = HeaderBytes;

    /// <summary>Messages that <see cref="Next"/> may give.</summary>
    public long Untaken => _published - _taken;

    private static ReadOnlySpan<byte> Magic => "ESQUEUE1"u8;

    public static string NameOf(long first) => first.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The segments of a folder, the oldest first.</summary>
    public static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal);

    public static QueueSegment Create(string folder, long first, ulong identity)
    {
        var path = System.IO.Path.Combine(folder, NameOf(first));
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read);
        Span<byte> header = stackalloc byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header[Magic.Length..], identity);
        RandomAccess.Write(file, header, 0);
        return new QueueSegment(path, file, first) { Identity = identity };
    }

    /// <summary>Opens a segment of an earlier run and looks at all of its messages; null where it is none.</summary>
    public static QueueSegment? Open(string path)
    {
        if (!long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
            out var first))
        {
            return null;
        }

        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (RandomAccess.Read(file, header, 0) == HeaderBytes && header.StartsWith(Magic))
        {
            var identity = BinaryPrimitives.ReadUInt64LittleEndian(header[Magic.Length..]);
            var segment = new QueueSegment(path, file, first) { Identity = identity };
            segment.FindEnd();
            return segment;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Adds a message. Where that throws, nothing of it stays.</summary>
    public void Append(long sequence, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[RecordBytes];
        BinaryPrimitives.WriteInt32LittleEndian(head, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], Checksum(sequence, content));
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], sequence);
        RandomAccess.Write(_file, head, Length);
        RandomAccess.Write(_file, content, Length + RecordBytes);
        Add(sequence, content.Length);
    }

    public void Sync() => RandomAccess.FlushToDisk(_file);

    /// <summary>Lets <see cref="Next"/> see all that was added.</summary>
    public void Publish()
    {
        _published = _count;
        _publishedLength = Length;
    }

    /// <summary>Takes the next message that was not taken yet; null where there is none.</summary>
    public QueuedMessage? Next()
    {
        if (Read(_readPosition, _publishedLength) is not { } message)
            return null;
        _readPosition += RecordBytes + message.Content.Length;
        _taken++;
        return message;
    }

    public void Delete()
    {
        Dispose();
        File.Delete(Path);
    }

    public void Dispose() => _file.Dispose();

    private static uint Checksum(long sequence, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, sequence);
        var checksum = new Crc32();
        checksum.Append(number);
        checksum.Append(content);
        return checksum.GetCurrentHashAsUInt32();
    }

    private void Add(long sequence, int contentLength)
    {
        Length += RecordBytes + contentLength;
        Last = sequence;
        _count++;
    }

    private void FindEnd()
    {
        var end = RandomAccess.GetLength(_file);
        while (Read(Length, end) is { } message)
            Add(message.Sequence, message.Content.Length);

        RandomAccess.SetLength(_file, Length);
    }

    /// <summary>The message at a place, null where there is none that is whole.</summary>
    private QueuedMessage? Read(long position, long end)
    {
        Span<byte> head = stackalloc byte[RecordBytes];
        if (position + RecordBytes > end || RandomAccess.Read(_file, head, position) != RecordBytes)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length < 0 || position + RecordBytes + length > end)
            return null;
        var content = new byte[length];
        var sequence = BinaryPrimitives.ReadInt64LittleEndian(head[8..]);
        return RandomAccess.Read(_file, content, position + RecordBytes) == length
            && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) == Checksum(sequence, content)
            ? new QueuedMessage(sequence, content) : null;
    }
}
