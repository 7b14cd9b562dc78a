using System.Buffers.Binary;

namespace EdgeSeq.Device.Delivery;

/// <summary>Hands messages from the step loop to another thread through fixed memory: adding one copies it and never waits for anything
/// slow, and allocates nothing.</summary>
internal sealed class MessageBuffer(int capacity)
{
    private const int HeadBytes = sizeof(int) + sizeof(long);

    private readonly Lock _lock = new();
    private readonly Signal _added = new(stays: false);
    private byte[] _filling = new byte[capacity];
    private byte[] _taken = new byte[capacity];
    private int _length;
    private bool _isComplete;

    /// <summary>The first of the messages taken; <paramref name="rest"/> is what follows it.</summary>
    public static (long Number, ReadOnlyMemory<byte> Message) Next(ReadOnlyMemory<byte> messages, out ReadOnlyMemory<byte> rest)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(messages.Span);
        var number = BinaryPrimitives.ReadInt64LittleEndian(messages.Span[sizeof(int)..]);
        rest = messages[(HeadBytes + length)..];
        return (number, messages.Slice(HeadBytes, length));
    }

    /// <summary>False where it is full; the message is then left out.</summary>
    public bool TryAdd(long number, ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (HeadBytes + message.Length > _filling.Length - _length)
                return false;
            var free = _filling.AsSpan(_length);
            BinaryPrimitives.WriteInt32LittleEndian(free, message.Length);
            BinaryPrimitives.WriteInt64LittleEndian(free[sizeof(int)..], number);
            message.CopyTo(free[HeadBytes..]);
            _length += HeadBytes + message.Length;
        }

        _added.Set();
        return true;
    }

    /// <summary>Nothing more is added.</summary>
    public void Complete()
    {
        lock (_lock)
            _isComplete = true;
        _added.Set();
    }

    /// <summary>Waits until there are messages, and takes all; empty when the time is over, null when nothing more comes.</summary>
    /// <returns>To be split by <see cref="Next"/>; valid until the next call.</returns>
    public ReadOnlyMemory<byte>? TakeAll(TimeSpan timeout)
    {
        if (!HasNews())
            _added.Wait(timeout);
        lock (_lock)
        {
            if (_length == 0)
                return _isComplete ? default(ReadOnlyMemory<byte>?) : ReadOnlyMemory<byte>.Empty;
            (_filling, _taken) = (_taken, _filling);
            var all = _taken.AsMemory(0, _length);
            _length = 0;
            return all;
        }
    }

    private bool HasNews()
    {
        lock (_lock)
            return _length > 0 || _isComplete;
    }
}
