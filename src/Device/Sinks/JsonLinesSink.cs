using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sinks;

/// <summary>One JSON object a line for each step with an output.</summary>
internal sealed class JsonLinesSink(Utf8Writer writer, IReadOnlyList<OutputInfo> outputs) : ISink
{
    private readonly StepText _text = new(outputs);

    public void Write(IStepOutputs step)
    {
        writer.Append((byte)'{');
        _text.AppendMembers(writer, step);
        writer.Append("}\n"u8);
    }

    public void EndRecording()
    {
    }

    public void Flush() => writer.Flush();

    public void Complete() => writer.Complete();

    public void Dispose() => writer.Dispose();
}
