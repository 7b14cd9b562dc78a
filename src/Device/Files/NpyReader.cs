using System.Buffers.Binary;

namespace EdgeSeq.Device.Files;

/// <summary>Reads the elements of a .npy file one after another, from the disk as they are needed.</summary>
internal sealed class NpyReader : IDisposable
{
    private const int ChunkElements = 1024;

    private readonly ByteReader _bytes;
    private readonly byte[] _chunk;

    private NpyReader(NpyHeader header, Stream stream)
    {
        Header = header;
        _bytes = new ByteReader(stream);
        _chunk = new byte[ChunkElements * header.ElementBytes];
    }

    public NpyHeader Header { get; }

    /// <exception cref="EdgeSeq.Runtime.Errors.EdgeSeqException">ES0301, ES0302 for what is no readable .npy file; ES0601,
    /// ES0602.</exception>
    public static NpyReader Open(string path)
    {
        var stream = InputFile.Open(path);
        try
        {
            return new NpyReader(NpyHeader.Read(stream, path), stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Fills the span unless the data ends before; returns the elements read.</summary>
    public int Read(Span<float> values)
    {
        var done = 0;
        while (done < values.Length)
        {
            var count = ReadChunk(values.Length - done);
            if (count == 0)
                break;
            for (var i = 0; i < count; i++)
                values[done + i] = Float(i);
            done += count;
        }

        return done;
    }

    /// <summary>As <see cref="Read(Span{float})"/>, for files of whole numbers.</summary>
    public int Read(Span<long> values)
    {
        var done = 0;
        while (done < values.Length)
        {
            var count = ReadChunk(values.Length - done);
            if (count == 0)
                break;
            for (var i = 0; i < count; i++)
                values[done + i] = Whole(i);
            done += count;
        }

        return done;
    }

    public void Dispose() => _bytes.Dispose();

    private int ReadChunk(int elements)
    {
        var size = Header.ElementBytes;
        return _bytes.Read(_chunk.AsSpan(0, Math.Min(elements, ChunkElements) * size)) / size;
    }

    private float Float(int index)
    {
        ReadOnlySpan<byte> bytes = _chunk.AsSpan(index * Header.ElementBytes);
        return Header.Type switch
        {
            NpyType.F4 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            NpyType.F8 => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            NpyType.F2 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            NpyType.U8 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            _ => Whole(index),
        };
    }

    private long Whole(int index)
    {
        ReadOnlySpan<byte> bytes = _chunk.AsSpan(index * Header.ElementBytes);
        return Header.Type switch
        {
            NpyType.I1 => (sbyte)bytes[0],
            NpyType.I2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            NpyType.U2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            NpyType.I4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            NpyType.U4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            NpyType.I8 or NpyType.U8 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => bytes[0],
        };
    }
}
