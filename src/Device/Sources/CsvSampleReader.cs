namespace EdgeSeq.Device.Sources;

/// <summary>The single samples of a CSV file, from one of its columns.</summary>
internal sealed class CsvSampleReader(CsvRows rows) : ISampleReader
{
    private readonly float[] _sample = new float[1];

    public double? RateHz => null;

    public long? Count => null;

    public bool IsLive => rows.IsLive;

    public string? Position => rows.Position;

    public StampReport? Stamps => rows.Stamps;

    public int Read(Span<float> samples)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            if (!rows.TryRead(_sample, []))
                return i;
            samples[i] = _sample[0];
        }

        return samples.Length;
    }

    public void Dispose() => rows.Dispose();
}
