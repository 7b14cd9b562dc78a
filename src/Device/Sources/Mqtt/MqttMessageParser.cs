using System.Buffers.Binary;
using System.Buffers.Text;

namespace EdgeSeq.Device.Sources.Mqtt;

/// <summary>Takes a message's samples: JSON numbers, alone, in an array or in an array of arrays, one sample after another; or raw float32,
/// little-endian.</summary>
/// <param name="channels">Values of a sample.</param>
internal sealed class MqttMessageParser(int channels, bool isBinary)
{
    /// <summary>Adds the message's values.</summary>
    /// <returns>False where it does not hold whole samples of finite numbers; nothing is then added.</returns>
    public bool TryParse(ReadOnlySpan<byte> message, List<float> values)
    {
        var before = values.Count;
        var isGood = isBinary ? Binary(message, values) : Json(message, values);
        if (isGood && values.Count > before && (values.Count - before) % channels == 0)
            return true;
        values.RemoveRange(before, values.Count - before);
        return false;
    }

    private static bool Binary(ReadOnlySpan<byte> message, List<float> values)
    {
        if (message.Length % sizeof(float) != 0)
            return false;
        for (; !message.IsEmpty; message = message[sizeof(float)..])
        {
            var value = BinaryPrimitives.ReadSingleLittleEndian(message);
            if (!float.IsFinite(value))
                return false;
            values.Add(value);
        }

        return true;
    }

    private static ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    private static bool Number(ref ReadOnlySpan<byte> text, List<float> values)
    {
        if (!Utf8Parser.TryParse(text, out float value, out var read) || !float.IsFinite(value))
            return false;
        values.Add(value);
        text = text[read..];
        return true;
    }

    private bool Json(ReadOnlySpan<byte> message, List<float> values)
    {
        var text = Trimmed(message);
        return text.StartsWith("["u8) ? Array(ref text, values, depth: 0) && text.IsEmpty
            : Number(ref text, values) && text.IsEmpty;
    }

    /// <summary>An array of numbers, or of arrays that are a sample each.</summary>
    private bool Array(ref ReadOnlySpan<byte> text, List<float> values, int depth)
    {
        var before = values.Count;
        do
        {
            text = Trimmed(text[1..]);
            var isGood = text.StartsWith("["u8) && depth == 0 ? Array(ref text, values, 1) : Number(ref text, values);
            if (!isGood)
                return false;
            text = Trimmed(text);
        }
        while (text.StartsWith(","u8));

        if (!text.StartsWith("]"u8) || (depth == 1 && values.Count - before != channels))
            return false;
        text = Trimmed(text[1..]);
        return true;
    }
}
