namespace EdgeSeq.Device.Sources.Iio;

/// <summary>Where the elements of a scan lie: in the order of their indexes, each at a multiple of its own length, and the whole a multiple
/// of the longest.</summary>
internal sealed class ScanLayout
{
    private readonly IioChannel[] _channels;
    private readonly int[] _offsets;
    private readonly (int Offset, ScanFormat Format)? _timestamp;

    /// <param name="channels">The channels that are wanted, each with a format, in the order wanted.</param>
    /// <param name="timestamp">Place and format of the time, null where it is off.</param>
    public ScanLayout(IReadOnlyList<IioChannel> channels, (int Index, ScanFormat Format)? timestamp)
    {
        _channels = [.. channels];
        var elements = channels.Select(channel => (Index: channel.Index!.Value, Format: channel.Format!)).ToList();
        if (timestamp is { } time)
            elements.Add(time);
        var offsets = new Dictionary<int, int>();
        var (end, longest) = (0, 1);
        foreach (var (index, format) in elements.DistinctBy(element => element.Index).OrderBy(element => element.Index))
        {
            end = Aligned(end, format.Length);
            offsets[index] = end;
            end += format.Length;
            longest = Math.Max(longest, format.Length);
        }

        Length = Aligned(end, longest);
        _offsets = [.. channels.Select(channel => offsets[channel.Index!.Value])];
        _timestamp = timestamp is { } last ? (offsets[last.Index], last.Format) : null;
    }

    /// <summary>Bytes of a scan.</summary>
    public int Length { get; }

    /// <summary>Writes the channels' values in SI units.</summary>
    public void Decode(ReadOnlySpan<byte> scan, Span<float> sample)
    {
        for (var i = 0; i < _channels.Length; i++)
        {
            var format = _channels[i].Format!;
            var raw = format.Decode(scan.Slice(_offsets[i], format.Length), _channels[i].Element);
            sample[i] = _channels[i].Value(raw);
        }
    }

    /// <summary>Nanoseconds of the kernel's clock, null where scans have no time.</summary>
    public long? Time(ReadOnlySpan<byte> scan) =>
        _timestamp is { } time ? (long)time.Format.Decode(scan.Slice(time.Offset, time.Format.Length), 0) : null;

    private static int Aligned(int offset, int length) => (offset + length - 1) / length * length;
}
