namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>A device of one channel as a stream of single samples, for frames.</summary>
internal sealed class SamplerReader(ISampler sampler, bool isLive) : ISampleReader
{
    private SampleMark _mark;

    public double? RateHz => sampler.RateHz;

    public long? Count => null;

    public bool IsLive => isLive;

    public string? Position => null;

    public SamplingReport? Sampling => sampler.Report;

    public int Read(Span<float> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            if (!sampler.TryNext(samples.Slice(i, 1), out var mark))
                return i;
            _mark = SampleMarks.Join(_mark, mark);
        }

        return samples.Length;
    }

    public SampleMark TakeMark()
    {
        var mark = _mark;
        _mark = default;
        return mark;
    }

    public void Dispose() => sampler.Dispose();
}
