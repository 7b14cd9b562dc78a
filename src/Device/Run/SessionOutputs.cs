using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Run;

/// <summary>A session's outputs as sinks see them.</summary>
public sealed class SessionOutputs(Session session) : IStepOutputs
{
    public long Recording { get; set; }

    public long StepIndex { get; set; }

    public ReadOnlyMemory<byte> Word { get; set; }

    public SampleMark Mark { get; set; }

    public bool IsReady(int output) => session.IsReady(output);

    public ReadOnlySpan<float> Floats(int output) => session.Output(output);

    public ReadOnlySpan<long> Ids(int output) => session.OutputI64(output);
}
