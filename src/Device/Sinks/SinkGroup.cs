using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks;

/// <summary>Several sinks as one, in the order given.</summary>
public sealed class SinkGroup(IReadOnlyList<ISink> sinks) : ISink
{
    public void Write(IStepOutputs outputs)
    {
        for (var i = 0; i < sinks.Count; i++)
            sinks[i].Write(outputs);
    }

    public void Receive(in DecisionEvent decided)
    {
        for (var i = 0; i < sinks.Count; i++)
            sinks[i].Receive(decided);
    }

    public void EndRecording()
    {
        for (var i = 0; i < sinks.Count; i++)
            sinks[i].EndRecording();
    }

    public void Flush()
    {
        for (var i = 0; i < sinks.Count; i++)
            sinks[i].Flush();
    }

    public void Complete()
    {
        for (var i = 0; i < sinks.Count; i++)
            sinks[i].Complete();
    }

    public void Dispose()
    {
        foreach (var sink in sinks)
            sink.Dispose();
    }
}
