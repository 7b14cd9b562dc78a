using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks;

/// <summary>One JSON object a line for each start and each end of an event, written at once.</summary>
internal sealed class EventsSink(Utf8Writer writer, SinkContext context) : ISink
{
    private readonly EventText _text = new(context);

    public void Write(IStepOutputs outputs)
    {
    }

    public void Receive(in DecisionEvent decided)
    {
        _text.Append(writer, decided);
        writer.Append((byte)'\n');
        writer.Flush();
    }

    public void EndRecording()
    {
    }

    public void Flush() => writer.Flush();

    public void Complete() => writer.Complete();

    public void Dispose() => writer.Dispose();
}
