using EdgeSeq.Device.Decisions;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Run;

/// <summary>Follows a program's file. The run asks it for a new program where its stream starts anew, and between two steps after
/// <see cref="Request"/>. A file that is no program, or one that does not fit the run's source and sinks, is refused, counted and told once,
/// and the program that runs goes on.</summary>
public sealed class ProgramFollower : IDisposable
{
    private readonly string _path;
    private readonly bool _map;
    private readonly Func<Model, DecisionEngine?> _decide;
    private readonly Action<string> _tell;
    private readonly List<string> _eventNames;
    private FileStamp? _seen;
    private Model _current;
    private Model? _own;
    private volatile bool _isRequested;

    /// <param name="path">The program's file.</param>
    /// <param name="stamp">Of the file before <paramref name="current"/> was read from it.</param>
    /// <param name="map">Map new files instead of copying them.</param>
    /// <param name="current">The program that runs.</param>
    /// <param name="decide">Makes the decisions of a new program; null for none.</param>
    /// <param name="tell">Takes a sentence for each new program and each refusal.</param>
    public ProgramFollower(
        string path, FileStamp? stamp, bool map, Model current, Func<Model, DecisionEngine?> decide, Action<string> tell)
    {
        _path = path;
        _seen = stamp;
        _map = map;
        _current = current;
        _decide = decide;
        _tell = tell;
        _eventNames = [.. decide(current)?.EventNames ?? []];
    }

    /// <summary>New programs that took the place of the one before.</summary>
    public long Reloads { get; private set; }

    /// <summary>New files that were not used.</summary>
    public long Refused { get; private set; }

    /// <summary>Whether the new program is wanted between two steps.</summary>
    public bool IsRequested => _isRequested;

    /// <summary>Asks for the new program between two steps; from any thread.</summary>
    public void Request() => _isRequested = true;

    /// <summary>Lets go of the programs that were loaded here.</summary>
    public void Dispose() => _own?.Dispose();

    /// <summary>The new program where there is one that fits, with its decisions; false where the one that runs goes on.</summary>
    internal bool TryTake(out Model model, out DecisionEngine? decisions)
    {
        model = _current;
        decisions = null;
        var isAsked = _isRequested;
        _isRequested = false;
        var stamp = FileStamp.Of(_path);
        if (stamp is null || stamp == _seen)
        {
            if (isAsked)
                _tell(stamp is null ? $"{_path}: there is no file; the program goes on" : $"{_path}: is still the program that runs");
            return false;
        }

        _seen = stamp;
        return TryLoad(out model, out decisions);
    }

    private bool TryLoad(out Model model, out DecisionEngine? decisions)
    {
        decisions = null;
        model = _current;
        Model? next = null;
        try
        {
            next = Model.Load(_path, map: _map);
            if (next.Checksum == _current.Checksum)
            {
                _tell($"{_path}: the new file is the program that runs; its state goes on");
                next.Dispose();
                return false;
            }

            decisions = _decide(next);
            RequireFit(next, decisions);
        }
        catch (EdgeSeqException e)
        {
            next?.Dispose();
            Refused++;
            _tell($"{e.Message}; the new file is not used, the program goes on");
            return false;
        }

        _own?.Dispose();
        (_own, _current, model) = (next, next, next);
        Reloads++;
        _tell($"{_path}: the new program runs from here on, from a new state");
        return true;
    }

    private void RequireFit(Model next, DecisionEngine? decisions)
    {
        var difference = ProgramFit.Difference(_current, next)
            ?? (_eventNames.SequenceEqual(decisions?.EventNames ?? []) ? null : "its rule makes other events");
        if (difference is not null)
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"{_path}: {difference}: it needs a new run");
    }
}
