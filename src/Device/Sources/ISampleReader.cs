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

    /// <summary>Fills the span unless the stream ends before; returns the samples read.</summary>
    int Read(Span<float> samples);
}
