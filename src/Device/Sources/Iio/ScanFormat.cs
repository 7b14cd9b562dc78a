using System.Buffers.Binary;
using System.Globalization;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>How one element of a scan lies in memory, as its <c>type</c> attribute says: <c>le:s12/16&gt;&gt;4</c>,
/// <c>be:u24/32X3&gt;&gt;0</c> (the kernel's Documentation/ABI/testing/sysfs-bus-iio).</summary>
/// <param name="Bits">That hold the value.</param>
/// <param name="Bytes">Of one value with its padding: 1, 2, 4 or 8.</param>
/// <param name="Repeat">Values in the element.</param>
/// <param name="Shift">Bits below the value.</param>
internal sealed record ScanFormat(bool IsLittleEndian, bool IsSigned, int Bits, int Bytes, int Repeat, int Shift)
{
    private const int BitsPerByte = 8;
    private const int MostBits = 64;
    private const int MostRepeats = 64;
    private const int MostDigits = 3;

    /// <summary>Characters of the byte order and the sign.</summary>
    private const int Head = 4;

    /// <summary>Bytes of the whole element; it starts at a multiple of them.</summary>
    public int Length => Bytes * Repeat;

    /// <summary>Null for a text that is no such format.</summary>
    public static ScanFormat? Parse(string text)
    {
        var rest = text.AsSpan();
        var isLittleEndian = rest.StartsWith("le:");
        if (rest.Length < Head || (!isLittleEndian && !rest.StartsWith("be:")) || rest[Head - 1] is not ('s' or 'u'))
            return null;
        var isSigned = rest[Head - 1] == 's';
        rest = rest[Head..];
        if (!Take(ref rest, "/", out var bits))
            return null;
        var hasRepeat = rest.Contains('X');
        var repeat = 1;
        if (!Take(ref rest, hasRepeat ? "X" : ">>", out var storage) || (hasRepeat && !Take(ref rest, ">>", out repeat)))
            return null;
        return TryNumber(rest, out var shift) && storage is 8 or 16 or 32 or MostBits && bits >= 1 && bits + shift <= storage
            && repeat is >= 1 and <= MostRepeats
            ? new ScanFormat(isLittleEndian, isSigned, bits, storage / BitsPerByte, repeat, shift) : null;
    }

    /// <summary>The raw value of the element's value at an index.</summary>
    public double Decode(ReadOnlySpan<byte> element, int index)
    {
        var bytes = element.Slice(index * Bytes, Bytes);
        var word = Bytes switch
        {
            1 => (ulong)bytes[0],
            2 => IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
            4 => IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
            _ => IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes),
        };
        var top = (word >> Shift) << (MostBits - Bits);
        return IsSigned ? (double)((long)top >> (MostBits - Bits)) : (double)(top >> (MostBits - Bits));
    }

    /// <summary>Takes the number before an end and the end itself.</summary>
    private static bool Take(ref ReadOnlySpan<char> text, string end, out int number)
    {
        number = 0;
        var at = text.IndexOf(end);
        if (at < 0 || !TryNumber(text[..at], out number))
            return false;
        text = text[(at + end.Length)..];
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        return text.Length is >= 1 and <= MostDigits && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
