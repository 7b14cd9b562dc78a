namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>A device that gives samples of one or more channels at its own rate, with what is known about each.</summary>
internal interface ISampler : IDisposable
{
    /// <summary>Values of a sample.</summary>
    int Channels { get; }

    /// <summary>Samples a second, null where nobody knows.</summary>
    double? RateHz { get; }

    SamplingReport Report { get; }

    /// <summary>Waits for the next sample and writes it. Where the mark is not Ok the span holds NaN.</summary>
    /// <returns>False when nothing more comes or the run is to stop.</returns>
    bool TryNext(Span<float> sample, out SampleMark mark);
}
