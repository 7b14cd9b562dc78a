using EdgeSeq.FleetTrials.Servers;

namespace EdgeSeq.FleetTrials.Trials;

/// <summary>Reads the memory of silos five times a second.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly (SiloServer Silo, List<long> Bytes)[] _silos;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    public MemoryWatch(IEnumerable<SiloServer> silos)
    {
        _silos = [.. silos.Select(silo => (silo, new List<long>()))];
        _work = Work();
    }

    /// <summary>Ends the watch.</summary>
    /// <returns>Of the silo whose memory grew most.</returns>
    public async Task<MemoryGrowth> End()
    {
        await _end.CancelAsync();
        await _work;
        return _silos.Select(each => MemoryGrowth.Of(each.Bytes)).MaxBy(growth => growth.Ratio)!;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _end.Dispose();
    }

    private async Task Work()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var (silo, bytes) in _silos)
                bytes.Add(silo.Rss);
            await Task.Delay(Every, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
