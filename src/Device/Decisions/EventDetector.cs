using static EdgeSeq.Device.Decisions.DetectorState;

namespace EdgeSeq.Device.Decisions;

/// <summary>Turns one stream of scores into events by two thresholds. A chunk at or above <c>On</c> opens an event at its first sample and
/// cancels an end in sight. The first chunk below <c>Off</c> is where the event will end, once a chunk <c>Gap</c> after it is below
/// <c>Off</c> too. What is shorter than <c>Least</c> is dropped. Events are widened by <c>Pad</c>, and neighbours closer than twice that
/// share what lies between them by halves. A start is told as soon as the event is long enough, an end as soon as no later event can move
/// it: so each start has its end, and both have their final bounds.</summary>
internal sealed class EventDetector(int name, DetectorSettings settings)
{
    private DetectorState _state;
    private long _recording;
    private IDecisionReceiver _receiver = null!;

    public ref DetectorState State => ref _state;

    /// <summary>One score, of the samples from <paramref name="first"/> to before <paramref name="next"/>.</summary>
    public void Observe(long recording, long first, long next, float score, IDecisionReceiver receiver)
    {
        _receiver = receiver;
        _recording = recording;
        if (score >= settings.On)
            Rise(first, score);
        else if (score < settings.Off && Is(Flags.Open))
            Fall(first);
        if (Is(Flags.Open))
        {
            _state.Peak = Math.Max(_state.Peak, score);
            if (!Is(Flags.Falling))
                TellStartIfLongEnough(next);
        }

        TellEndIfFinal(next);
    }

    /// <summary>The recording is over, after this many samples: what is open ends here.</summary>
    public void Finish(long recording, long samples, IDecisionReceiver receiver)
    {
        _receiver = receiver;
        _recording = recording;
        if (Is(Flags.Open))
        {
            TellStartIfLongEnough(samples);
            Close(samples);
        }

        if (Is(Flags.EndIsDue))
            TellEnd(Math.Min(samples, _state.LastEnd + settings.Pad));
        _state = default;
    }

    private bool Is(Flags flag) => (_state.Is & flag) != 0;

    private void Rise(long first, float score)
    {
        _state.Is &= ~Flags.Falling;
        if (Is(Flags.Open) || (Is(Flags.HasLast) && first < _state.LastEnd + settings.Pause))
            return;
        _state.Is |= Flags.Open;
        _state.Start = first;
        _state.OpeningScore = score;
        _state.Peak = score;
    }

    private void Fall(long first)
    {
        if (!Is(Flags.Falling))
        {
            _state.Is |= Flags.Falling;
            _state.Mark = first;
            TellStartIfLongEnough(first);
        }

        if (first - _state.Mark >= settings.Gap)
            Close(_state.Mark);
    }

    /// <param name="end">No end of the open event can lie before this.</param>
    private void TellStartIfLongEnough(long end)
    {
        if (Is(Flags.Told) || end - _state.Start < settings.Least)
            return;
        var pad = settings.Pad;
        if (Is(Flags.HasLast))
            pad = Math.Min(pad, (_state.Start - _state.LastEnd) / 2);
        if (Is(Flags.EndIsDue))
            TellEnd(_state.LastEnd + pad);
        _state.Is |= Flags.Told;
        _state.LastStart = Math.Max(0, _state.Start - pad);
        _receiver.Receive(new DecisionEvent
        {
            Name = name,
            IsStart = true,
            Recording = _recording,
            StartSample = _state.LastStart,
            Score = _state.OpeningScore,
        });
    }

    private void Close(long end)
    {
        if (Is(Flags.Told))
        {
            _state.Is |= Flags.HasLast | Flags.EndIsDue;
            _state.LastEnd = end;
            _state.LastPeak = _state.Peak;
        }

        _state.Is &= ~(Flags.Open | Flags.Told | Flags.Falling);
    }

    /// <param name="next">No event that is not open yet can start before this.</param>
    private void TellEndIfFinal(long next)
    {
        if (Is(Flags.EndIsDue) && (Is(Flags.Open) ? _state.Start : next) - _state.LastEnd >= 2 * settings.Pad)
            TellEnd(_state.LastEnd + settings.Pad);
    }

    private void TellEnd(long end)
    {
        _state.Is &= ~Flags.EndIsDue;
        _receiver.Receive(new DecisionEvent
        {
            Name = name,
            IsStart = false,
            Recording = _recording,
            StartSample = _state.LastStart,
            EndSample = end,
            Score = _state.LastPeak,
        });
    }
}
