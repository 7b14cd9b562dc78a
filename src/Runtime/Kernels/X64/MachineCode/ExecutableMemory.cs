using System.IO.MemoryMappedFiles;

namespace EdgeSeq.Runtime.Kernels.X64.MachineCode;

/// <summary>Puts machine code where it can run, for as long as the process lives. Memory is never writable and executable in one
/// place: the same pages are mapped twice.</summary>
internal static unsafe class ExecutableMemory
{
    /// <summary>Where the code lies; null where the system allows no such memory (for a hardened service, say).</summary>
    public static byte* Load(ReadOnlySpan<byte> code)
    {
        try
        {
            using var file = MemoryMappedFile.CreateNew(null, code.Length, MemoryMappedFileAccess.ReadWriteExecute);
            using (var writable = file.CreateViewAccessor(0, code.Length, MemoryMappedFileAccess.ReadWrite))
                writable.SafeMemoryMappedViewHandle.WriteSpan(0, code);
            byte* address = null;
            // Never released, so the mapping stays.
            file.CreateViewAccessor(0, code.Length,
                MemoryMappedFileAccess.ReadExecute).SafeMemoryMappedViewHandle.AcquirePointer(ref address);
            return address;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException or NotSupportedException)
        {
            return null;
        }
    }
}
