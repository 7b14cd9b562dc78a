using System.Diagnostics.Metrics;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSeq.Hosting;

/// <summary>A model that a host keeps: it follows its file. A new version is for sessions that are opened afterwards; those that are open
/// stay with the version that they began with, whose memory goes with the last of them. Thread-safe.</summary>
public sealed class HostedModel : IDisposable
{
    private readonly EdgeSeqOptions _options;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Lazy<bool> _firstLoad;
    private Model? _current;
    private FileStamp _seen;
    private bool _disposed;

    /// <summary>Nothing is read before the first use.</summary>
    /// <param name="options">The file and how it is kept.</param>
    /// <param name="log">Where loads and refusals are told; null: nowhere.</param>
    /// <param name="meters">The host's meters; null: one meter for the process.</param>
    public HostedModel(EdgeSeqOptions options, ILogger<HostedModel>? log = null, IMeterFactory? meters = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _log = log ?? NullLogger<HostedModel>.Instance;
        Instruments = Instruments.Of(meters);
        Name = Path.GetFileName(options.Program);
        _firstLoad = new Lazy<bool>(LoadFirst);
    }

    /// <summary>The version that new sessions get.</summary>
    /// <exception cref="EdgeSeqException">ES01xx where the file is not a sound program, ES06xx where it cannot be read.</exception>
    public Model Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
            _ = _firstLoad.Value;
            return Volatile.Read(ref _current)!;
        }
    }

    /// <summary>The file's name without its folder.</summary>
    public string Name { get; }

    internal Instruments Instruments { get; }

    internal TimeSpan? ReloadInterval => _options.ReloadInterval;

    internal ILogger Log => _log;

    /// <summary>A stream at step 0 on the current version.</summary>
    /// <exception cref="EdgeSeqException">As for <see cref="Current"/>.</exception>
    public HostedSession CreateSession()
    {
        _ = Current;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var session = _current!.CreateSession();
            session.NonFinite = _options.NonFinite;
            return new HostedSession(this, _current, session);
        }
    }

    /// <summary>Looks at the file. A version that is sound and other than the current one becomes current; one that is not is told once in
    /// the log, and the current one stays.</summary>
    /// <returns>Whether there is a new version.</returns>
    public bool Reload()
    {
        var old = Current;
        lock (_gate)
        {
            var stamp = FileStamp.Of(_options.Program);
            if (_disposed || stamp == _seen)
                return false;
            _seen = stamp;
            return TryReplace(old);
        }
    }

    /// <summary>Lets go of the model; sessions that are open go on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _current?.Dispose();
        }
    }

    private bool TryReplace(Model old)
    {
        Model next;
        try
        {
            next = Load();
        }
        catch (EdgeSeqException e)
        {
            Messages.KeepsOldVersion(_log, Name, e.Line);
            return false;
        }

        if (next.Checksum == old.Checksum)
        {
            next.Dispose();
            return false;
        }

        Volatile.Write(ref _current, next);
        old.Dispose();
        Messages.NewVersion(_log, Name, next.Checksum, old.Checksum);
        return true;
    }

    private bool LoadFirst()
    {
        lock (_gate)
        {
            Model.Warn = text => Messages.Warning(_log, text);
            _seen = FileStamp.Of(_options.Program);
            _current = Load();
            Messages.Loaded(_log, Name, _current.Checksum, _current.Isa);
            return true;
        }
    }

    private Model Load()
    {
        using var activity = Instruments.Start(EdgeSeqTelemetry.LoadActivity, Name);
        try
        {
            var model = Model.Load(_options.Program, _options.MemoryLimit);
            activity?.SetTag(EdgeSeqTelemetry.ChecksumTag, model.Checksum);
            Instruments.Load(Name, isLoaded: true);
            return model;
        }
        catch (EdgeSeqException e)
        {
            Instruments.Fail(activity, e.Code.ToString(), e.Message);
            Instruments.Load(Name, isLoaded: false);
            throw;
        }
    }
}
