using System.Buffers.Binary;

namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>How samples lie in memory.</summary>
/// <param name="Code">ALSA's number for it (include/pcm.h).</param>
/// <param name="Bytes">Of a sample.</param>
internal sealed record PcmFormat(int Code, string Name, int Bytes)
{
    private const int S16 = 2;
    private const int S32 = 10;
    private const int Float = 14;
    private const float Most16 = 32768;
    private const float Most32 = 2147483648;

    /// <summary>The formats that are read, the one asked for first at the beginning.</summary>
    public static IReadOnlyList<PcmFormat> All { get; } = [new(S16, "S16_LE", 2), new(Float, "FLOAT_LE", 4), new(S32, "S32_LE", 4)];

    /// <summary>A sample from -1 to 1; 16-bit ones as a file of them gives them.</summary>
    public float Decode(ReadOnlySpan<byte> sample) => Code switch
    {
        S16 => BinaryPrimitives.ReadInt16LittleEndian(sample) / Most16,
        Float => BinaryPrimitives.ReadSingleLittleEndian(sample),
        _ => BinaryPrimitives.ReadInt32LittleEndian(sample) / Most32,
    };
}
