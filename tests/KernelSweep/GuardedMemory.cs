using System.Runtime.InteropServices;

namespace EdgeSeq.KernelSweep;

/// <summary>Hands out unmanaged arrays that end directly before a page without access (where the system has mmap), so that one
/// byte read or written beyond the end stops the process; bytes before the start are checked when it is disposed.</summary>
internal sealed unsafe class GuardedMemory : IDisposable
{
    private const byte Canary = 0xA5;
    private const int CanaryBytes = 64;
    private const int None = 0;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly List<(nint Start, nint Length, nint Data)> _blocks = [];

    /// <summary>A span of undefined content that ends at the guard.</summary>
    public Span<T> Take<T>(int length)
        where T : unmanaged
    {
        nint page = Environment.SystemPageSize;
        nint bytes = length * sizeof(T);
        var usable = (bytes + CanaryBytes + page - 1) / page * page;
        var start = Map(0, usable + page, ReadWrite, PrivateAnonymous, -1, 0);
        if (start == -1 || Protect(start + usable, page, None) != 0)
            throw new InvalidOperationException("No guarded memory.");
        var data = start + usable - bytes;
        new Span<byte>((void*)start, (int)(data - start)).Fill(Canary);
        _blocks.Add((start, usable + page, data));
        return new Span<T>((void*)data, length);
    }

    /// <summary>A copy that ends at the guard.</summary>
    public Span<T> Copy<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        var span = Take<T>(source.Length);
        source.CopyTo(span);
        return span;
    }

    public void Dispose()
    {
        foreach (var (start, length, data) in _blocks)
        {
            if (new Span<byte>((void*)start, (int)(data - start)).ContainsAnyExcept(Canary))
                throw new DifferenceException("Written before the start of a span.");
            if (Unmap(start, length) != 0)
                throw new InvalidOperationException("Guarded memory stays mapped.");
        }

        _blocks.Clear();
    }

    [DllImport("libc", EntryPoint = "mmap")]
    private static extern nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect")]
    private static extern int Protect(nint address, nint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int Unmap(nint address, nint length);
}
