namespace EdgeSeq.Device.Run;

/// <summary>The outputs of the program that runs, as sinks see them.</summary>
internal sealed class SessionOutputs(RunningProgram program) : IStepOutputs
{
    public long Recording { get; set; }

    public long StepIndex { get; set; }

    public ReadOnlyMemory<byte> Word { get; set; }

    public SampleMark Mark { get; set; }

    public bool IsReady(int output) => program.Session.IsReady(output);

    public ReadOnlySpan<float> Floats(int output) => program.Session.Output(output);

    public ReadOnlySpan<long> Ids(int output) => program.Session.OutputI64(output);
}
