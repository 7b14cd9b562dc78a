namespace EdgeSeq.Device.Sources;

/// <summary>A stream of single samples: audio, or one channel of a sensor.</summary>
internal interface ISampleReader : IDisposable
{
    /// <summary>Samples a second, where known.</summary>
    double? RateHz { get; }

    /// <summary>Samples in all, where known.</summary>
    long? Count { get; }

    bool IsLive { get; }

    string? Position { get; }

    /// <summary>What happened while a device was sampled; null where no device is.</summary>
    SamplingReport? Sampling => null;

    /// <summary>What the stream's own time stamps say; null where it has none.</summary>
    StampReport? Stamps => null;

    /// <summary>Fills the span unless the stream ends before; returns the samples read.</summary>
    int Read(Span<float> samples);

    /// <summary>What is known about the samples since the last call: the first fault, and all that was missed.</summary>
    SampleMark TakeMark() => default;
}
