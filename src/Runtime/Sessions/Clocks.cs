using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Runtime.Sessions;

/// <summary>Which clocks tick at a session's current step, by a comparison and an addition a clock.</summary>
internal sealed class Clocks
{
    private readonly ClockSpec[] _specs;
    private readonly bool[] _ticks;
    private readonly long[] _index;
    private readonly long[] _next;

    public Clocks(ClockSpec[] specs)
    {
        _specs = specs;
        _ticks = new bool[specs.Length];
        _index = new long[specs.Length];
        _next = new long[specs.Length];
        Seek(0);
    }

    /// <summary>Makes <paramref name="step"/> the next step; no clock ticks until then.</summary>
    public void Seek(long step)
    {
        for (var i = 0; i < _specs.Length; i++)
        {
            var ticksBefore = _specs[i].TicksIn(step);
            _ticks[i] = false;
            _index[i] = ticksBefore - 1;
            _next[i] = _specs[i].Offset + (ticksBefore * _specs[i].Rate);
        }
    }

    public void Advance(long step)
    {
        for (var i = 0; i < _ticks.Length; i++)
        {
            var ticks = step == _next[i];
            _ticks[i] = ticks;
            if (!ticks)
                continue;
            _index[i]++;
            _next[i] += _specs[i].Rate;
        }
    }

    /// <summary>Steps from this one on at which no clock but the first ticks.</summary>
    public long StepsBeforeOthers(long step)
    {
        var steps = long.MaxValue;
        for (var i = 1; i < _next.Length; i++)
            steps = Math.Min(steps, _next[i] - step);
        return steps;
    }

    /// <summary>Goes on by steps at which only the first clock ticks; it ticks then.</summary>
    public void Pass(int steps)
    {
        _ticks[0] = true;
        _index[0] += steps;
        _next[0] += steps;
    }

    /// <summary>No clock ticks: the step was refused.</summary>
    public void Silence()
    {
        // Nearly always one or two, for which a loop is faster than a call.
        for (var i = 0; i < _ticks.Length; i++)
            _ticks[i] = false;
    }

    public bool Ticks(int clock) => _ticks[clock];

    /// <summary>The first step, from the one that comes, at which a clock ticks, and how many steps lie between its ticks.</summary>
    public (long Step, int Rate) Next(int clock) => (_next[clock], _specs[clock].Rate);

    /// <summary>Index of the clock's last tick.</summary>
    public long Index(int clock) => _index[clock];
}
