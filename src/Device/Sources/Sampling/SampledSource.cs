namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>A device whose samples are the program's steps.</summary>
internal sealed class SampledSource(string name, ISampler sampler, bool isLive) : ISource
{
    public string Name => name;

    public bool IsBatch => false;

    public long? Steps => null;

    public double? RateHz => sampler.RateHz;

    public bool IsLive => isLive;

    public string? Position => null;

    public SamplingReport? Sampling => sampler.Report;

    public SourceStep Read(StepInputs inputs)
    {
        if (!sampler.TryNext(inputs.Floats(0), out var mark))
            return SourceStep.End;
        inputs.Mark = mark;
        return SourceStep.Step;
    }

    public void Dispose() => sampler.Dispose();
}
