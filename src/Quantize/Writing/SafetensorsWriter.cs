using System.Buffers;
using System.Text.Json;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Writing;

/// <summary>One tensor of the file.</summary>
internal sealed record FileTensor(string Name, string Dtype, int[] Shape, byte[] Bytes);

/// <summary>Lays tensors out as a safetensors file, each on a multiple of 64 bytes of the file; fillers named pad.N leave no
/// hole.</summary>
internal static class SafetensorsWriter
{
    private static readonly JsonWriterOptions Compact =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(ProgramSpec spec, IReadOnlyList<FileTensor> tensors)
    {
        var padded = Padded(tensors);
        byte[][] data = [.. padded.Select(tensor => tensor.Bytes)];
        var program = JsonSerializer.Serialize(spec, ProgramJsonContext.Default.ProgramSpec);
        var header = Header(program, ProgramChecksum.Compute(program, data), Entries(padded));
        var file = new byte[checked((int)(8L + header.Length + data.Sum(part => (long)part.Length)))];
        BitConverter.TryWriteBytes(file, (long)header.Length);
        header.CopyTo(file, 8);
        var at = 8 + header.Length;
        foreach (var part in data)
        {
            part.CopyTo(file, at);
            at += part.Length;
        }

        return file;
    }

    /// <summary>What loading the file for single steps would give, without the file.</summary>
    public static Model Load(ProgramSpec spec, IReadOnlyList<FileTensor> tensors)
    {
        var padded = Padded(tensors);
        return Model.LoadUnwritten(spec, Entries(padded), [.. padded.Select(tensor => tensor.Bytes)]);
    }

    private static List<FileTensor> Padded(IReadOnlyList<FileTensor> tensors)
    {
        var result = new List<FileTensor>();
        foreach (var tensor in tensors)
        {
            result.Add(tensor);
            var over = tensor.Bytes.Length % ProgramSpec.Alignment;
            if (over > 0)
            {
                var missing = ProgramSpec.Alignment - over;
                result.Add(new FileTensor($"pad.{result.Count}", "U8", [missing], new byte[missing]));
            }
        }

        return result;
    }

    /// <summary>JSON padded with spaces so that the data after it starts on a multiple of 64 bytes of the file.</summary>
    private static byte[] Header(string program, string checksum, List<SafetensorsEntry> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(ProgramChecksum.ProgramKey, program);
            json.WriteString(ProgramChecksum.ChecksumKey, checksum);
            json.WriteEndObject();
            foreach (var tensor in tensors)
                WriteEntry(json, tensor);

            json.WriteEndObject();
        }

        var padding = (ProgramSpec.Alignment - (8 + buffer.WrittenCount) % ProgramSpec.Alignment) % ProgramSpec.Alignment;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenSpan.ToArray();
    }

    private static List<SafetensorsEntry> Entries(List<FileTensor> tensors)
    {
        var entries = new List<SafetensorsEntry>();
        foreach (var tensor in tensors)
        {
            var begin = entries.Count > 0 ? entries[^1].End : 0;
            entries.Add(new SafetensorsEntry(tensor.Name, tensor.Dtype, tensor.Shape, begin, begin + tensor.Bytes.Length));
        }

        return entries;
    }

    private static void WriteEntry(Utf8JsonWriter json, SafetensorsEntry tensor)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Dtype);
        json.WriteStartArray("shape");
        foreach (var dim in tensor.Shape)
            json.WriteNumberValue(dim);

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(tensor.Begin);
        json.WriteNumberValue(tensor.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
