using EdgeSeq.Device;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Fleet.Engine;

/// <summary>The outputs of one stream's session, as decisions see them.</summary>
internal sealed class SlotOutputs : IStepOutputs
{
    public Session? Session { get; set; }

    public long Recording => 0;

    public long StepIndex { get; set; }

    public ReadOnlyMemory<byte> Word => default;

    public SampleMark Mark => default;

    public bool IsReady(int output) => Session!.IsReady(output);

    public ReadOnlySpan<float> Floats(int output) => Session!.Output(output);

    public ReadOnlySpan<long> Ids(int output) => Session!.OutputI64(output);
}
