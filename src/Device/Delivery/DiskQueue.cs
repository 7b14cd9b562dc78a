using System.Buffers.Binary;
using System.IO.Hashing;
using EdgeSeq.Device.Files;
using EdgeSeq.Runtime.Errors;
using Microsoft.Win32.SafeHandles;

namespace EdgeSeq.Device.Delivery;

/// <summary>Messages in a folder, in order, until they are delivered: they survive the end of the process and, once synced, a power cut.
/// One thread adds, another takes. At most <c>limit</c> bytes are kept: the oldest file goes first, its messages are counted as dropped.
/// How far delivery has come is not synced, so that after a power cut messages may be delivered again, with the same numbers.</summary>
internal sealed class DiskQueue : IDisposable
{
    private const int Segments = 16;
    private const string LockFile = "lock";
    private const string DeliveredFile = "delivered";
    private const int DeliveredBytes = 12;

    private readonly Lock _lock = new();
    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly DeliveryReport _report;
    private readonly FileStream _owner;
    private readonly SafeFileHandle _deliveredFile;
    private readonly List<QueueSegment> _segments = [];
    private readonly List<QueuedMessage> _taken = [];
    private long _delivered;

    /// <exception cref="EdgeSeqException">ES0603 where the folder cannot be used, or another run uses it.</exception>
    public DiskQueue(string folder, long limit, DeliveryReport report)
    {
        _folder = folder;
        _segmentBytes = Math.Max(1, limit / Segments);
        _report = report;
        try
        {
            Directory.CreateDirectory(folder);
            _owner = new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _deliveredFile = File.OpenHandle(Path.Combine(folder, DeliveredFile), FileMode.OpenOrCreate, FileAccess.ReadWrite);
            OpenSegments();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            throw new EdgeSeqException(ErrorCodes.WriteFailed, $"{folder}: {IoReason.Of(e)}",
                "another run may use it: queue=FOLDER gives each its own", e);
        }
    }

    /// <summary>Tells queues from each other: sequence numbers belong to it.</summary>
    public ulong Identity { get; private set; }

    /// <summary>The sequence number of the last message that was added.</summary>
    public long Last { get; private set; }

    /// <summary>Adds a message, which may be taken after <see cref="Sync"/>.</summary>
    /// <param name="sequence">Larger than <see cref="Last"/>.</param>
    /// <exception cref="IOException">The disk is full or broken; the message is not in the queue.</exception>
    public void Add(long sequence, ReadOnlySpan<byte> content)
    {
        if (_segments[^1].Length >= _segmentBytes)
            Rotate(sequence);
        _segments[^1].Append(sequence, content);
        Last = sequence;
    }

    /// <summary>Returns when what was added would survive a power cut.</summary>
    /// <exception cref="IOException">The disk is broken.</exception>
    public void Sync()
    {
        _segments[^1].Sync();
        lock (_lock)
            Publish(_segments[^1]);
    }

    /// <summary>The oldest messages, at most so many; the same ones until they are delivered.</summary>
    /// <exception cref="IOException">The disk is broken.</exception>
    public IReadOnlyList<QueuedMessage> Oldest(int most)
    {
        lock (_lock)
        {
            while (_taken.Count < most && TakeNext() is { } message)
                _taken.Add(message);
            return [.. _taken];
        }
    }

    /// <summary>The first so many of the oldest messages are done with.</summary>
    /// <param name="isDelivered">Whether the other side has them; else they count as dropped.</param>
    /// <exception cref="IOException">The disk is broken.</exception>
    public void Remove(int count, bool isDelivered)
    {
        lock (_lock)
        {
            _delivered = _taken[count - 1].Sequence;
            _taken.RemoveRange(0, count);
            if (isDelivered)
                _report.Deliver(count);
            else
                _report.Drop(count);
            WriteDelivered();
            DeleteDelivered();
            CountWaiting();
        }
    }

    public void Dispose()
    {
        _segments.ForEach(segment => segment.Dispose());
        _deliveredFile?.Dispose();
        _owner?.Dispose();
    }

    private void OpenSegments()
    {
        _delivered = ReadDelivered();
        foreach (var path in QueueSegment.Files(_folder))
        {
            if (QueueSegment.Open(path) is { } segment)
                _segments.Add(segment);
        }

        if (_segments.Count == 0)
            _segments.Add(QueueSegment.Create(_folder, _delivered + 1, (ulong)Random.Shared.NextInt64()));
        Identity = _segments[^1].Identity;
        Last = Math.Max(_segments[^1].Last, _delivered);
        _segments.ForEach(Publish);
        while (TakeNext() is { } message)
        {
            if (message.Sequence <= _delivered)
                continue;
            _taken.Add(message);
            break;
        }

        DeleteDelivered();
        CountWaiting();
    }

    private void Publish(QueueSegment segment)
    {
        segment.Publish();
        CountWaiting();
    }

    private QueuedMessage? TakeNext()
    {
        foreach (var segment in _segments)
        {
            if (segment.Next() is { } message)
                return message;
        }

        return null;
    }

    private void Rotate(long first)
    {
        var next = QueueSegment.Create(_folder, first, Identity);
        SystemFiles.Instance.SyncFolder(_folder);
        Sync();
        lock (_lock)
        {
            _segments.Add(next);
            while (_segments.Count > Segments)
            {
                _report.Drop(_segments[0].Untaken);
                DeleteOldest();
            }

            CountWaiting();
        }
    }

    private void DeleteDelivered()
    {
        while (_segments.Count > 1 && _segments[0].Last <= _delivered)
            DeleteOldest();
    }

    private void DeleteOldest()
    {
        _segments[0].Delete();
        _segments.RemoveAt(0);
    }

    private void CountWaiting() => _report.Waiting = _taken.Count + _segments.Sum(segment => segment.Untaken);

    private void WriteDelivered()
    {
        Span<byte> content = stackalloc byte[DeliveredBytes];
        BinaryPrimitives.WriteInt64LittleEndian(content, _delivered);
        Crc32.Hash(content[..sizeof(long)], content[sizeof(long)..]);
        RandomAccess.Write(_deliveredFile, content, 0);
    }

    /// <summary>0 where a power cut tore the file: all is then delivered again.</summary>
    private long ReadDelivered()
    {
        Span<byte> content = stackalloc byte[DeliveredBytes];
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        if (RandomAccess.Read(_deliveredFile, content, 0) != DeliveredBytes)
            return 0;
        Crc32.Hash(content[..sizeof(long)], checksum);
        return content.EndsWith(checksum) ? BinaryPrimitives.ReadInt64LittleEndian(content) : 0;
    }
}
