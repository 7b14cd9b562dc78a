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

    /// <summary>No clock ticks: the step was refused.</summary>
    public void Silence()
    {
        // Nearly always one or two, for which a loop is faster than a call.
        for (var i = 0; i < _ticks.Length; i++)
            _ticks[i] = false;
    }

    public bool Ticks(int clock) => _ticks[clock];

    /// <summary>Index of the clock's last tick.</summary>
    public long Index(int clock) => _index[clock];
}
