using EdgeSeq.Device.Decisions;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Run;

/// <summary>The session and the decisions of the program that runs, which a new one may replace.</summary>
internal sealed class RunningProgram
{
    private readonly NonFiniteInput _nonFinite;
    private readonly ProgramFollower? _follower;
    private long _refusedBefore;
    private long _heldBefore;

    public RunningProgram(Session session, RunOptions options)
    {
        _nonFinite = options.OnFault == FaultPolicy.Hold ? NonFiniteInput.Hold : NonFiniteInput.Refuse;
        _follower = options.Follower;
        Session = session;
        Session.NonFinite = _nonFinite;
        Decisions = options.Decisions;
    }

    /// <summary>Called with the decisions of a program before another takes its place.</summary>
    public required Action<DecisionEngine?> OnReplaced { get; init; }

    public Session Session { get; private set; }

    public DecisionEngine? Decisions { get; private set; }

    /// <summary>Of all programs so far.</summary>
    public long RefusedSteps => _refusedBefore + Session.RefusedSteps;

    public long HeldSteps => _heldBefore + Session.HeldSteps;

    public long Reloads => _follower?.Reloads ?? 0;

    public long RefusedReloads => _follower?.Refused ?? 0;

    public bool IsReloadRequested => _follower is { IsRequested: true };

    /// <summary>Starts the stream anew: with the new program where there is one.</summary>
    public void Reset()
    {
        if (!TryReload())
            Session.Reset();
    }

    /// <summary>Goes on with the new program from its initial state, where there is one.</summary>
    public bool TryReload()
    {
        if (_follower is null || !_follower.TryTake(out var model, out var decisions))
            return false;
        OnReplaced(Decisions);
        _refusedBefore += Session.RefusedSteps;
        _heldBefore += Session.HeldSteps;
        Session.Dispose();
        Session = model.CreateSession();
        Session.NonFinite = _nonFinite;
        Decisions = decisions;
        return true;
    }
}
