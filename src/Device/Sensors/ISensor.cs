namespace EdgeSeq.Device.Sensors;

/// <summary>A sensor that is asked for its latest sample. Whoever opened it disposes it, which also gives its bus back.</summary>
public interface ISensor : IDisposable
{
    /// <summary>What a sample holds, in order, in SI units.</summary>
    IReadOnlyList<Channel> Channels { get; }

    /// <summary>Reads one sample into the span, one value for each channel. Never throws for what a bus or a chip does,
    /// and allocates nothing where the bus answers with an error number.</summary>
    /// <param name="sample">As long as <see cref="Channels"/>; its content is undefined unless the result is Ok.</param>
    ReadResult TryRead(Span<float> sample);
}
