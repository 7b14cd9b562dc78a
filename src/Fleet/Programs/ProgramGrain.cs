using EdgeSeq.Fleet.Storage;
using Orleans.Concurrency;

namespace EdgeSeq.Fleet.Programs;

/// <inheritdoc cref="IProgramGrain"/>
internal sealed class ProgramGrain([PersistentState("program", StorageNames.Raw)] IPersistentState<RawState> state) : Grain, IProgramGrain
{
    public async Task Put(Immutable<byte[]> file)
    {
        if (state.RecordExists)
            return;
        state.State.Bytes = file.Value;
        await state.WriteStateAsync();
    }

    public Task<Immutable<byte[]>> Read() => Task.FromResult(new Immutable<byte[]>(state.State.Bytes));

    public Task Remove() => state.ClearStateAsync();
}
