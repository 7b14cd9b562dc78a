using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks;

/// <summary>Outputs and events as JSON objects in memory, one at a time, without allocation once the buffer has its size.</summary>
internal sealed class MessageText : IDisposable
{
    private readonly MemoryStream _memory = new();
    private readonly Utf8Writer _writer;
    private readonly StepText _step;
    private readonly EventText? _event;
    private readonly byte[] _prefix;

    /// <param name="prefix">Members that stand first in each object, with a comma after each.</param>
    public MessageText(string sink, SinkContext context, ReadOnlySpan<byte> prefix = default)
    {
        _writer = new Utf8Writer(sink, _memory);
        _step = new StepText(context.Outputs);
        _event = context.EventNames is null ? null : new EventText(context);
        _prefix = prefix.ToArray();
    }

    /// <summary>The outputs of a step; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(IStepOutputs step, long? sequence = null)
    {
        Begin(sequence);
        _step.AppendMembers(_writer, step);
        return End();
    }

    /// <summary>An event; valid until the next call.</summary>
    public ReadOnlySpan<byte> Of(in DecisionEvent decided, long? sequence = null)
    {
        Begin(sequence);
        _event!.AppendMembers(_writer, decided);
        return End();
    }

    public void Dispose() => _writer.Dispose();

    private void Begin(long? sequence)
    {
        _memory.SetLength(0);
        _writer.Append((byte)'{');
        _writer.Append(_prefix);
        if (sequence is not { } number)
            return;
        _writer.Append("\"seq\":"u8);
        _writer.Append(number);
        _writer.Append((byte)',');
    }

    private ReadOnlySpan<byte> End()
    {
        _writer.Append((byte)'}');
        _writer.Flush();
        return _memory.GetBuffer().AsSpan(0, (int)_memory.Length);
    }
}
