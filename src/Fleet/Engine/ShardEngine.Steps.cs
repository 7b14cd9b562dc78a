using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSeq.Device.Decisions;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Engine;

/// <content>One sample of each stream that has one, together.</content>
internal sealed partial class ShardEngine
{
    private ReadOnlyMemory<byte> _bytes;

    private void StepRound()
    {
        var stepping = 0;
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            var slot = _active[i];
            _chosen[slot] = TakeSample(slot);
            if (_chosen[slot])
                stepping++;
            else
                _active.RemoveAt(i);
        }

        if (stepping == 0)
            return;
        try
        {
            _group.Step(_chosen);
        }
        catch (EdgeSeqException)
        {
            // One of them cannot step, and none did: each alone tells which.
            StepAlone();
        }

        foreach (var slot in _active)
            Finish(slot);
    }

    /// <summary>The stream's next sample that is to be stepped, into its session's inputs; false where none is left.</summary>
    private bool TakeSample(int index)
    {
        var slot = _slots[index];
        while (slot.FirstRun >= 0)
        {
            ref var run = ref CollectionsMarshal.AsSpan(_runs)[slot.FirstRun];
            if (run.Resets)
            {
                Restart(index);
                slot.Window = SequenceWindow.New;
                run.Resets = false;
            }

            if (run.Count == 0)
            {
                slot.FirstRun = run.Next;
                continue;
            }

            var sample = run;
            run.Count--;
            run.Offset += SampleBytes;
            run.Sequence++;
            run.Time += run.Interval;
            if (Accept(index, sample))
                return true;
        }

        return false;
    }

    private bool Accept(int index, in Run sample)
    {
        var slot = _slots[index];
        var arrival = slot.Window.Take(sample.Sequence, out var missing);
        if (arrival != Arrival.InOrder)
        {
            if (arrival == Arrival.Late)
                slot.Counters.Late++;
            else
                slot.Counters.Duplicate++;
            return false;
        }

        slot.Counters.Missing += missing;
        if (slot.HasStopped)
        {
            slot.Counters.Refused++;
            return false;
        }

        if (missing > 0 && _settings.OnFault == FaultPolicy.Reset)
            ResetAfterFault(index);
        slot.LastTime = sample.Time;
        slot.HeldBefore = _group[index].HeldSteps;
        _current[index] = sample;
        CopyInputs(_group[index], _bytes.Span.Slice(sample.Offset, SampleBytes));
        return true;
    }

    private void CopyInputs(Session session, ReadOnlySpan<byte> values)
    {
        for (var input = 0; input < _model.Inputs.Count; input++)
        {
            var target = _model.Inputs[input].Type == ElementType.F32
                ? MemoryMarshal.AsBytes(session.Input(input)) : MemoryMarshal.AsBytes(session.InputI64(input));
            values[..target.Length].CopyTo(target);
            values = values[target.Length..];
        }
    }

    private void StepAlone()
    {
        for (var i = _active.Count - 1; i >= 0; i--)
        {
            var slot = _active[i];
            try
            {
                _group[slot].Step();
            }
            catch (EdgeSeqException)
            {
                _slots[slot].Counters.Refused++;
                OnFault(slot);
                _chosen[slot] = false;
            }
        }
    }

    private void Finish(int index)
    {
        if (!_chosen[index])
            return;
        var slot = _slots[index];
        var session = _group[index];
        var sample = _current[index];
        if (session.LastStepRefused)
        {
            slot.Counters.Refused++;
            OnFault(index);
        }
        else
        {
            Count(slot, session);
        }

        for (var output = 0; output < slot.Records.Length; output++)
        {
            if (session.IsReady(output))
                Record(slot, session, output, sample);
        }

        if (slot.Decisions is { } decisions)
            Decide(slot, decisions, session, sample);
    }

    /// <summary>A step that was done: with the sample, or with the last good one.</summary>
    private static void Count(StreamSlot slot, Session session)
    {
        if (session.HeldSteps > slot.HeldBefore)
            slot.Counters.Held++;
        else
            slot.Counters.Stepped++;
    }

    private void Record(StreamSlot slot, Session session, int output, in Run sample)
    {
        var values = _model.Outputs[output].Type == ElementType.F32
            ? MemoryMarshal.AsBytes(session.Output(output)) : MemoryMarshal.AsBytes(session.OutputI64(output));
        var record = slot.Records[output].GetSpan(OutputBatch.RecordHeaderBytes + values.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record, sample.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(record[sizeof(long)..], sample.Time);
        values.CopyTo(record[OutputBatch.RecordHeaderBytes..]);
        slot.Records[output].Advance(OutputBatch.RecordHeaderBytes + values.Length);
        slot.RecordCounts[output]++;
        slot.Counters.Outputs++;
    }

    private void Decide(StreamSlot slot, DecisionEngine decisions, Session session, in Run sample)
    {
        CopyDecisionInputs(session);
        _slotOutputs.Session = session;
        _slotOutputs.StepIndex = sample.Sequence;
        _receiver.At(slot, sample.Sequence, sample.Time);
        decisions.Step(_slotOutputs, _decisionInputs, _receiver);
    }

    private void CopyDecisionInputs(Session session)
    {
        if (_rule!.Score == ScoreKind.ForecastError)
            session.Input(0).CopyTo(_decisionInputs.Floats(0));
    }

    private void OnFault(int index)
    {
        if (_settings.OnFault == FaultPolicy.Stop)
            _slots[index].HasStopped = true;
        else if (_settings.OnFault == FaultPolicy.Reset)
            ResetAfterFault(index);
    }

    private void ResetAfterFault(int index)
    {
        _slots[index].Counters.Resets++;
        _group[index].Reset();
    }

    /// <summary>The stream begins anew, by its own wish: open events end, the state is the first one.</summary>
    private void Restart(int index)
    {
        var slot = _slots[index];
        _group[index].Reset();
        slot.HasStopped = false;
        if (slot.Decisions is not { } decisions || !slot.Window.HasStarted)
            return;
        _slotOutputs.Session = _group[index];
        _slotOutputs.StepIndex = slot.Window.Next;
        _receiver.At(slot, slot.Window.Next, slot.LastTime);
        decisions.Finish(_slotOutputs, _receiver);
    }

    /// <summary>Makes JSON of the events of the stream that is being decided.</summary>
    private sealed class EventReceiver : IDecisionReceiver, IDisposable
    {
        private readonly ShardEngine _engine;
        private readonly MemoryStream _text = new();
        private readonly Utf8Writer _writer;
        private readonly IReadOnlyList<string> _names;
        private StreamSlot? _slot;
        private long _sequence;
        private long _time;

        public EventReceiver(ShardEngine engine)
        {
            _engine = engine;
            _writer = new Utf8Writer("event", _text);
            _names = engine._rule is null ? [] : new DecisionEngine(engine._rule, engine._context).EventNames;
        }

        public void Dispose() => _writer.Dispose();

        public void At(StreamSlot slot, long sequence, long time) => (_slot, _sequence, _time) = (slot, sequence, time);

        public void Receive(in DecisionEvent decided)
        {
            _text.SetLength(0);
            _writer.Append("{\"stream\":\""u8);
            _writer.Append(JsonEncodedText.Encode(_slot!.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            _writer.Append(string.Create(CultureInfo.InvariantCulture, $"\",\"sequence\":{_sequence},\"unix_us\":{_time},"));
            _engine._eventText!.AppendMembers(_writer, decided);
            _writer.Append((byte)'}');
            _writer.Flush();
            _slot.Counters.Events++;
            _slot.LastEvent = decided.IsStart ? _names[decided.Name] : $"{_names[decided.Name]} ended";
            _engine._events.Add(new StreamEvent(_slot.Name, _sequence, _names[decided.Name], _text.ToArray()));
        }
    }
}
