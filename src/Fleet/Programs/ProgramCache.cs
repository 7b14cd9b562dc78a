using System.Security.Cryptography;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Programs;

/// <summary>The programs that this silo's shards run, each loaded once.</summary>
public sealed class ProgramCache(IGrainFactory grains)
{
    private readonly Dictionary<string, Entry> _models = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Programs in memory.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _models.Count;
        }
    }

    /// <summary>The content hash by which a program file goes.</summary>
    public static string HashOf(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));

    /// <summary>The program; whoever takes it gives it back with <see cref="Release"/>.</summary>
    /// <exception cref="EdgeSeqException">ES0601 where it is not stored, ES01xx where the stored bytes are damaged.</exception>
    public async Task<Model> Acquire(string hash)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_models.TryGetValue(hash, out entry!))
                _models[hash] = entry = new Entry(Load(hash));
            entry.Users++;
        }

        try
        {
            return await entry.Model;
        }
        catch
        {
            Release(hash);
            throw;
        }
    }

    /// <summary>The last one to give a program back unloads it.</summary>
    public void Release(string hash)
    {
        lock (_lock)
        {
            if (!_models.TryGetValue(hash, out var entry) || --entry.Users > 0)
                return;
            _models.Remove(hash);
            if (entry.Model.IsCompletedSuccessfully)
                entry.Model.Result.Dispose();
        }
    }

    private async Task<Model> Load(string hash)
    {
        var file = (await grains.GetGrain<IProgramGrain>(hash).Read()).Value;
        if (file.Length == 0)
            throw new EdgeSeqException(ErrorCodes.FileMissing, $"there is no program {hash}", "upload it again");
        return HashOf(file) == hash ? Model.Load(file, hash)
            : throw new EdgeSeqException(ErrorCodes.NotAProgram, $"the stored program {hash} is damaged", "upload it again");
    }

    private sealed class Entry(Task<Model> model)
    {
        public Task<Model> Model { get; } = model;

        public int Users { get; set; }
    }
}
