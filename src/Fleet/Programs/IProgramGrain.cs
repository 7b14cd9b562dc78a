using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Programs;

/// <summary>A program file, by the SHA-256 of its bytes in lower case hexadecimal digits. It never changes.</summary>
[Alias("edgeseq.program")]
public interface IProgramGrain : IGrainWithStringKey
{
    /// <summary>Keeps the file; the caller has verified it.</summary>
    [Alias("put")]
    Task Put(Immutable<byte[]> file);

    /// <summary>The file; empty where there is none.</summary>
    [Alias("read")]
    Task<Immutable<byte[]>> Read();

    [Alias("remove")]
    Task Remove();
}
