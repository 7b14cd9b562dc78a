using EdgeSeq.Device.Sinks;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>Keeps what a run wrote of the first output, as <c>recording.step: values</c>.</summary>
internal sealed class ListSink : ISink
{
    public List<string> Rows { get; } = [];

    public bool IsComplete { get; private set; }

    public int Flushes { get; private set; }

    public void Write(IStepOutputs outputs) =>
        Rows.Add($"{outputs.Recording}.{outputs.StepIndex}: {string.Join(' ', outputs.Floats(0).ToArray())}");

    public void EndRecording()
    {
    }

    public void Flush() => Flushes++;

    public void Complete() => IsComplete = true;

    public void Dispose()
    {
    }
}
