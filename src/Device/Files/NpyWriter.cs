using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeSeq.Device.Files;

/// <summary>Writes a .npy file (format 1.0) of rows whose number is known only at the end: room for the header is kept, and
/// the file takes its name when it is complete.</summary>
internal sealed class NpyWriter(string path, bool isFloat) : IDisposable
{
    private const int HeaderBytes = 256;
    private const int PrefixBytes = 10;

    private readonly OutputFile _file = OpenWithRoom(path);

    public void Write(ReadOnlySpan<float> values) => Write(MemoryMarshal.AsBytes(values));

    public void Write(ReadOnlySpan<long> values) => Write(MemoryMarshal.AsBytes(values));

    /// <summary>Writes the header and gives the file its name. Values beyond the shape are dropped.</summary>
    public void Complete(IReadOnlyCollection<long> shape)
    {
        var stream = _file.Stream;
        stream.SetLength(HeaderBytes
            + shape.Aggregate(isFloat ? sizeof(float) : (long)sizeof(long), (bytes, dimension) => bytes * dimension));
        stream.Position = 0;
        stream.Write(Header(shape));
        _file.Commit();
    }

    public void Dispose() => _file.Dispose();

    private static OutputFile OpenWithRoom(string path)
    {
        var file = new OutputFile(path);
        file.Stream.Write(new byte[HeaderBytes]);
        return file;
    }

    private byte[] Header(IReadOnlyCollection<long> shape)
    {
        var dimensions = string.Concat(shape.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d}, ")));
        var text = $"{{'descr': '{(isFloat ? "<f4" : "<i8")}', 'fortran_order': False, 'shape': ({dimensions.TrimEnd()}), }}";
        var header = new byte[HeaderBytes];
        header.AsSpan().Fill((byte)' ');
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(magic.Length), HeaderBytes - PrefixBytes);
        Encoding.ASCII.GetBytes(text, header.AsSpan(PrefixBytes));
        header[^1] = (byte)'\n';
        return header;
    }

    private void Write(ReadOnlySpan<byte> bytes) => _file.Stream.Write(bytes);
}
