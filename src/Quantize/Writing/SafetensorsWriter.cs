using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeSeq.Runtime.Program;

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
        var dataBytes = padded.Sum(tensor => (long)tensor.Bytes.Length);
        var data = new byte[checked((int)dataBytes)];
        var at = 0;
        foreach (var tensor in padded)
        {
            tensor.Bytes.CopyTo(data, at);
            at += tensor.Bytes.Length;
        }

        var program = JsonSerializer.Serialize(spec, ProgramJsonContext.Default.ProgramSpec);
        var header = Header(program, ProgramChecksum.Compute(program, data), padded);
        var file = new byte[8 + header.Length + data.Length];
        BitConverter.TryWriteBytes(file, (long)header.Length);
        header.CopyTo(file, 8);
        data.CopyTo(file, 8 + header.Length);
        return file;
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
    private static byte[] Header(string program, string checksum, List<FileTensor> tensors)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(ProgramChecksum.ProgramKey, program);
            json.WriteString(ProgramChecksum.ChecksumKey, checksum);
            json.WriteEndObject();
            long at = 0;
            foreach (var tensor in tensors)
            {
                WriteEntry(json, tensor, at);
                at += tensor.Bytes.Length;
            }

            json.WriteEndObject();
        }

        var text = Encoding.UTF8.GetString(buffer.WrittenSpan);
        var padding = (ProgramSpec.Alignment - (8 + buffer.WrittenCount) % ProgramSpec.Alignment) % ProgramSpec.Alignment;
        return Encoding.UTF8.GetBytes(text + new string(' ', padding));
    }

    private static void WriteEntry(Utf8JsonWriter json, FileTensor tensor, long at)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Dtype);
        json.WriteStartArray("shape");
        foreach (var dim in tensor.Shape)
            json.WriteNumberValue(dim);

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(at);
        json.WriteNumberValue(at + tensor.Bytes.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
