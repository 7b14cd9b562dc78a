using System.Buffers;
using EdgeSeq.Device.Timing;
using EdgeSeq.Fleet.Engine;
using EdgeSeq.Fleet.Log;
using EdgeSeq.Fleet.Observers;
using EdgeSeq.Fleet.Outs;
using EdgeSeq.Fleet.Programs;
using EdgeSeq.Fleet.Storage;
using EdgeSeq.Fleet.Telemetry;
using EdgeSeq.Fleet.Tenants;
using EdgeSeq.Runtime.Errors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Storage;

namespace EdgeSeq.Fleet.Shards;

/// <inheritdoc cref="IShardGrain"/>
/// <remarks>Every message goes to the log before it is stepped, so what a shard is follows from its last snapshot and the log after it.
/// Orleans places it, and moves it where silos have too unequal numbers of activations; its topic is read where it is.</remarks>
[ActivationCountBasedPlacement]
internal sealed partial class ShardGrain(
    [PersistentState("shard", StorageNames.Raw)] IPersistentState<RawState> state,
    IShardLog log,
    ProgramCache programs,
    TenantCache tenants,
    OutputPump outputs,
    FleetMetrics metrics,
    IOptions<ShardOptions> options,
    ILocalSiloDetails silo,
    ILogger<ShardGrain> logger,
    ITopicReaders? topics = null) : Grain, IShardGrain, IDisposable
{
    private const int EntriesARead = 64;
    private static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(5);

    private readonly ArrayBufferWriter<byte> _writer = new(1 << 12);
    private readonly List<StreamEvent> _events = [];
    private readonly LatencyHistogram _latency = new();
    private readonly ShardRates _rates = new();
    private StreamWatchers? _watchers;
    private IAsyncDisposable? _reader;
    private ShardId _id;
    private string _key = "";
    private Func<ShardEngine>? _newEngine;
    private ShardEngine? _engine;
    private long _position;
    private long _saved;

    private ShardEngine Engine => _engine!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = this.GetPrimaryKeyString();
        _id = ShardId.Parse(_key);
        _watchers = new StreamWatchers(logger);
        var tenant = await GrainFactory.GetGrain<ITenantGrain>(_id.Tenant).Read();
        var deployment = tenant.Find(_id.Deployment)
            ?? throw new EdgeSeqException(ErrorCodes.FileMissing, $"there is no deployment {_id.Deployment}", "create it first");
        var model = await programs.Acquire(_id.Program);
        _newEngine = () => new ShardEngine(model, deployment.Settings());
        _engine = _newEngine();
        Restore();
        await log.Open(_key, _position);
        var begin = _position;
        await CatchUp();
        metrics.ShardStarted();
        LogStarted(_key, begin, _position - begin);
        this.RegisterGrainTimer(SaveIfChanged, options.Value.SnapshotEvery, options.Value.SnapshotEvery);
        this.RegisterGrainTimer(Tend, ShardRates.Every, ShardRates.Every);
        await ReadTopic(deployment.Program == _id.Program);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_engine is null)
            return;
        try
        {
            await ReadTopic(false);
            await SaveIfChanged();
        }
        catch (Exception e)
        {
            // The log still has what came since the last snapshot.
            LogNotSaved(_key, e.Message);
        }

        programs.Release(_id.Program);
        metrics.ShardEnded();
    }

    public void Dispose() => _engine?.Dispose();

    public async Task<TakeResult> Take(Immutable<byte[]> message, long received)
    {
        using var activity = FleetMetrics.Activities.StartActivity("shard.take");
        activity?.SetTag("edgeseq.shard", _key);
        var before = ShardRates.Totals(Engine.Slots);
        var refused = Engine.RefusedBlocks;
        await Append(message.Value);
        await Apply(message.Value);
        var added = ShardRates.Totals(Engine.Slots).Since(before);
        var took = Math.Max(0, Clock.Now() - received);
        _latency.Add(took * 1000);
        _rates.LastMilliseconds = took / 1000.0;
        metrics.Took(added.Stepped, added.Faults, took / 1e6);
        return new TakeResult(_position, added, Engine.RefusedBlocks - refused);
    }

    public Task<StreamPage> Find(StreamQuery query) => Task.FromResult(_rates.Find(Engine.Slots, query, _key));

    public Task<ShardReport> Report() => Task.FromResult(new ShardReport(
        _key, silo.Name, Engine.Slots.Count, _position, _saved, _rates.Total, ShardRates.Totals(Engine.Slots), Engine.RefusedBlocks,
        _latency.Percentile(0.5) / 1e6, _latency.Percentile(0.99) / 1e6, state.State.Bytes.Length));

    public Task Watch(string stream, IStreamWatcher watcher)
    {
        _watchers!.Add(stream, watcher);
        return Task.CompletedTask;
    }

    public Task Unwatch(string stream, IStreamWatcher watcher)
    {
        _watchers!.Remove(stream, watcher);
        return Task.CompletedTask;
    }

    public Task Save() => SaveIfChanged();

    public Task Keep() => Task.CompletedTask;

    /// <summary>What is done now and then: rates are counted, and what became of the deployment is looked up.</summary>
    private async Task Tend()
    {
        _rates.Roll(Engine.Slots);
        var deployment = (await tenants.Read(_id.Tenant)).Find(_id.Deployment);
        if (deployment?.Programs.Contains(_id.Program) == true)
            await ReadTopic(deployment.Program == _id.Program);
        else
            DeactivateOnIdle();
    }

    /// <summary>A shard has one topic, whatever programs its streams run; the shard of the deployment's own program reads it.</summary>
    private async Task ReadTopic(bool isMine)
    {
        if (isMine)
        {
            _reader ??= topics?.Read(_id);
        }
        else if (_reader is { } reader)
        {
            _reader = null;
            await reader.DisposeAsync();
        }
    }

    private void Restore()
    {
        if (state.State.Bytes.Length > 0)
            _position = _saved = Engine.Restore(state.State.Bytes);
    }

    private async Task Append(ReadOnlyMemory<byte> message)
    {
        while (!await log.TryAppend(_key, _position + 1, message))
        {
            var before = _position;
            await CatchUp();
            if (_position == before)
                await SkipTo(await log.Last(_key));
        }
    }

    /// <summary>Takes what the log has after this shard's place: after a start, and where another owner was faster.</summary>
    private async Task CatchUp()
    {
        while (true)
        {
            var entries = await log.Read(_key, _position, EntriesARead);
            if (entries.Count == 0)
                return;
            foreach (var entry in entries)
            {
                if (entry.Position > _position + 1)
                    await SkipTo(entry.Position - 1);
                if (entry.Position == _position + 1)
                    await Apply(entry.Message);
            }
        }
    }

    /// <summary>The log no longer has what follows, up to a place: another owner has saved it since our snapshot was read. For a time
    /// there can be two, until Orleans' directory is whole again after a silo has died.</summary>
    private async Task SkipTo(long place)
    {
        await state.ReadStateAsync();
        if (ShardEngine.PositionOf(state.State.Bytes) > _position)
        {
            LogOtherOwner(_key, _position, ShardEngine.PositionOf(state.State.Bytes));
            Engine.Dispose();
            _engine = _newEngine!();
            Restore();
        }

        if (_position >= place)
            return;
        LogGap(_key, _position, place + 1);
        _position = place;
    }

    private async Task Apply(ReadOnlyMemory<byte> message)
    {
        _position++;
        try
        {
            Engine.Take(message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Someone else wrote into the log, or a fault of ours: either would come again at each replay, and stop the shard for good.
            LogMalformed(_key, _position, e.Message);
            return;
        }

        _writer.ResetWrittenCount();
        _events.Clear();
        var blocks = Engine.Flush(_writer, _events);
        _watchers!.Tell(message, _writer.WrittenMemory, _events);
        if (blocks > 0 || _events.Count > 0)
        {
            await outputs.Publish(new OutputMessage(
                _id, _writer.WrittenSpan.ToArray(), [.. _events]));
        }
    }

    /// <summary>Nothing is forgotten before what came of it is delivered.</summary>
    private async Task SaveIfChanged()
    {
        if (_position == _saved)
            return;
        var position = _position;
        state.State.Bytes = Engine.Save(position);
        using (var patience = new CancellationTokenSource(FlushPatience))
            await outputs.Flush(patience.Token);
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // Another owner has saved: this one is no longer the shard.
            DeactivateOnIdle();
            throw;
        }

        _saved = position;
        await log.Settle(_key, position);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "shard {Shard} starts at {Position} and replayed {Replayed} messages")]
    private partial void LogStarted(string shard, long position, long replayed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "shard {Shard} is not saved: {Reason}")]
    private partial void LogNotSaved(string shard, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "shard {Shard} is at {Position}, and goes on at {Saved}, where another owner has saved it")]
    private partial void LogOtherOwner(string shard, long position, long saved);

    [LoggerMessage(Level = LogLevel.Error, Message = "shard {Shard} leaves message {Position} of its log out: {Reason}")]
    private partial void LogMalformed(string shard, long position, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "shard {Shard} is at {Position}, its log goes on at {Next}: what lies between is lost")]
    private partial void LogGap(string shard, long position, long next);
}
