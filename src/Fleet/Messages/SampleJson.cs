using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Messages;

/// <summary>The JSON form of samples:
/// <c>[{"stream":"a","sequence":0,"time":1700000000000000,"interval":20000,"samples":[[…],[…]]}]</c>.
/// A sample is the values of its inputs one after another; <c>null</c> stands for a value that is missing.</summary>
public static class SampleJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <param name="inputs">Whether each value of a sample is a whole number (I64), else F32.</param>
    /// <returns>The binary form.</returns>
    /// <exception cref="EdgeSeqException">ES0301.</exception>
    public static byte[] Read(ReadOnlySpan<byte> json, IReadOnlyList<bool> inputs)
    {
        try
        {
            var blocks = JsonSerializer.Deserialize<Block[]>(json, Options) ?? [];
            var writer = new ArrayBufferWriter<byte>();
            SampleBatch.Begin(writer);
            foreach (var block in blocks)
                Add(writer, block, inputs);
            return writer.WrittenSpan.ToArray();
        }
        catch (JsonException e)
        {
            throw SampleBatch.Malformed(e.Message);
        }
    }

    private static void Add(ArrayBufferWriter<byte> writer, Block block, IReadOnlyList<bool> inputs)
    {
        var values = new ArrayBufferWriter<byte>();
        foreach (var sample in block.Samples)
        {
            if (sample.Length != inputs.Count)
                throw SampleBatch.Malformed($"a sample of '{block.Stream}' has {sample.Length} values, the program takes {inputs.Count}");
            for (var i = 0; i < sample.Length; i++)
                AddValue(values, sample[i], inputs[i]);
        }

        var name = Encoding.UTF8.GetBytes(block.Stream);
        if (name.Length is 0 or > SampleBatch.MaxName || block.Samples.Length > ushort.MaxValue)
            throw SampleBatch.Malformed($"stream '{block.Stream}': 1 to {SampleBatch.MaxName} bytes of name, at most 65535 samples");
        SampleBatch.Add(writer, new SampleBlock
        {
            Stream = name,
            Sequence = block.Sequence,
            Time = block.Time,
            Interval = block.Interval,
            Count = block.Samples.Length,
            Resets = block.Reset,
            Values = values.WrittenSpan,
        });
    }

    private static void AddValue(ArrayBufferWriter<byte> values, double? value, bool isWhole)
    {
        if (isWhole)
        {
            if (value is not { } number || number != Math.Floor(number) || Math.Abs(number) > 1L << 52)
                throw SampleBatch.Malformed($"{value?.ToString() ?? "null"} is not a whole number");
            values.Write(MemoryMarshal.AsBytes([(long)number]));
            return;
        }

        values.Write(MemoryMarshal.AsBytes([value is { } real ? (float)real : float.NaN]));
    }

    private sealed record Block(
        string Stream, long Sequence, double?[][] Samples, long Time = 0, uint Interval = 0, bool Reset = false);
}
