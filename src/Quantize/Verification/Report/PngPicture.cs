using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace EdgeSeq.Quantize.Verification.Report;

/// <summary>A picture with 256 colours as a PNG file (ISO/IEC 15948) in a data address.</summary>
internal static class PngPicture
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Dark blue to light yellow, even in lightness, so that it reads in grey too.</summary>
    private static readonly (double Red, double Green, double Blue)[] Stops =
        [(16, 20, 54), (52, 56, 128), (120, 64, 140), (196, 86, 110), (244, 148, 84), (252, 232, 164)];

    /// <param name="rows">From bottom to top.</param>
    public static string Address(IReadOnlyList<byte[]> rows)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, rows[0].Length);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], rows.Count);
        header[8] = 8; // bits a pixel
        header[9] = 3; // indices of a palette
        Chunk(file, "IHDR", header);
        Chunk(file, "PLTE", Palette());
        Chunk(file, "IDAT", Compressed(rows));
        Chunk(file, "IEND", []);
        return $"data:image/png;base64,{Convert.ToBase64String(file.ToArray())}";
    }

    private static byte[] Compressed(IReadOnlyList<byte[]> rows)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (var row = rows.Count - 1; row >= 0; row--)
            {
                zlib.WriteByte(0); // the line stands as it is
                zlib.Write(rows[row]);
            }
        }

        return data.ToArray();
    }

    private static byte[] Palette() => [.. Enumerable.Range(0, 256).SelectMany(level =>
    {
        var at = level / 255.0 * (Stops.Length - 1);
        var (from, to, share) = (Stops[(int)at], Stops[Math.Min((int)at + 1, Stops.Length - 1)], at - (int)at);
        return new[] { Mixed(from.Red, to.Red), Mixed(from.Green, to.Green), Mixed(from.Blue, to.Blue) };

        byte Mixed(double a, double b) => (byte)Math.Round(a + (b - a) * share);
    })];

    private static void Chunk(Stream file, string kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] content = [.. Encoding.ASCII.GetBytes(kind), .. data];
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(content));
        file.Write(number);
    }
}
