using System.Diagnostics;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Hosting;

/// <summary>One stream through a <see cref="HostedModel"/>, for one thread at a time: a <see cref="Runtime.Sessions.Session"/> whose steps
/// are counted and timed for those who listen. Where nobody does, a step costs what it costs without.</summary>
public sealed class HostedSession : IDisposable
{
    private readonly HostedModel _host;
    private bool _lastWasRefused;
    private int _disposed;

    internal HostedSession(HostedModel host, Model model, Session session)
    {
        _host = host;
        Model = model;
        Session = session;
        host.Instruments.Sessions(host.Name, 1);
    }

    /// <summary>The version of the model that this stream runs on.</summary>
    public Model Model { get; }

    /// <summary>All that a session can do. Steps that are done on it directly are not counted.</summary>
    public Session Session { get; }

    /// <inheritdoc cref="Session.Step(ReadOnlySpan{float}, Span{float})"/>
    public StepResult Step(ReadOnlySpan<float> input, Span<float> output)
    {
        if (!_host.Instruments.StepsWanted)
            return Told(Session.Step(input, output));
        var begin = Stopwatch.GetTimestamp();
        return Counted(Session.Step(input, output), begin);
    }

    /// <inheritdoc cref="Session.Step(long, Span{float})"/>
    public StepResult Step(long id, Span<float> output)
    {
        if (!_host.Instruments.StepsWanted)
            return Told(Session.Step(id, output));
        var begin = Stopwatch.GetTimestamp();
        return Counted(Session.Step(id, output), begin);
    }

    /// <inheritdoc cref="Session.Step()"/>
    public StepResult Step()
    {
        if (!_host.Instruments.StepsWanted)
            return Told(Session.Step());
        var begin = Stopwatch.GetTimestamp();
        return Counted(Session.Step(), begin);
    }

    /// <summary>Releases the stream.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Session.Dispose();
        _host.Instruments.Sessions(_host.Name, -1);
    }

    internal Activity? StartActivity() => Instruments.Start(EdgeSeqTelemetry.StreamActivity, _host.Name)
        ?.SetTag(EdgeSeqTelemetry.ChecksumTag, Model.Checksum);

    private StepResult Counted(StepResult result, long begin)
    {
        _host.Instruments.Step(_host.Name, result.Outcome, Stopwatch.GetElapsedTime(begin));
        return Told(result);
    }

    /// <summary>The first of refusals in a row goes to the log.</summary>
    private StepResult Told(StepResult result)
    {
        if (result.IsRefused && !_lastWasRefused)
            Messages.Refused(_host.Log, _host.Name, Session.StepCount);
        _lastWasRefused = result.IsRefused;
        return result;
    }
}
