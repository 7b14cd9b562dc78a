using System.Collections.Concurrent;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Native;

/// <summary>What callers hold as numbers. A number is given once in a process, to one thing of one kind, so that a handle that was closed
/// or belongs to the other kind is always found out. Looking one up allocates nothing and waits for nobody.</summary>
internal static class HandleTable
{
    private static long _last;

    /// <summary>A number that nothing had before.</summary>
    public static long Next() => Interlocked.Increment(ref _last);
}

/// <summary>The open ones of one kind.</summary>
/// <param name="kind">Its name in messages.</param>
internal sealed class HandleTable<T>(string kind)
    where T : class
{
    private readonly ConcurrentDictionary<long, T> _open = new();

    public long Add(T item)
    {
        var handle = HandleTable.Next();
        _open[handle] = item;
        return handle;
    }

    /// <exception cref="EdgeSeqException">ES0506.</exception>
    public T Find(long handle) => _open.TryGetValue(handle, out var item) ? item : throw Unknown(handle);

    /// <summary>Takes it out, after which nobody finds it.</summary>
    /// <exception cref="EdgeSeqException">ES0506.</exception>
    public void Remove(long handle)
    {
        if (!_open.TryRemove(handle, out _))
            throw Unknown(handle);
    }

    private EdgeSeqException Unknown(long handle) => new(
        ErrorCodes.HandleUnknown, $"no open {kind} has the handle {handle}", "it was closed, or its load or open failed");
}
