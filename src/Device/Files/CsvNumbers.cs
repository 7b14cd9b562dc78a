using System.Globalization;
using System.Numerics;
using System.Text;

namespace EdgeSeq.Device.Files;

/// <summary>Reads the numbers of a CSV file, with decimal points or decimal commas. The first number that has one of the two settles it for
/// the file; a number with the other one, or with thousands apart, is none.</summary>
internal sealed class CsvNumbers
{
    private const int LongestNumber = 64;

    private byte _decimal;

    /// <summary>A cell as a number. An empty cell is a missing value, NaN.</summary>
    public bool TryParse(ReadOnlySpan<byte> cell, out float value)
    {
        value = float.NaN;
        if (cell.IsEmpty || TryParse<float>(cell, out value))
            return true;
        var isNegative = cell[0] == '-';
        value = isNegative ? float.NegativeInfinity : float.PositiveInfinity;
        return Ascii.EqualsIgnoreCase(cell[(isNegative || cell[0] == '+' ? 1 : 0)..], "inf"u8);
    }

    /// <summary>A cell as a number in full precision, as time stamps need it.</summary>
    public bool TryParse(ReadOnlySpan<byte> cell, out double value) => TryParse<double>(cell, out value);

    /// <summary>Whether this is a number with a decimal sign that the file does not have.</summary>
    public bool HasOtherDecimal(ReadOnlySpan<byte> cell) => _decimal != 0 && new CsvNumbers().TryParse(cell, out double _);

    public static bool TryParse(ReadOnlySpan<byte> cell, out long value) =>
        long.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private bool TryParse<T>(ReadOnlySpan<byte> cell, out T value)
        where T : struct, IFloatingPoint<T>
    {
        var mark = cell.IndexOfAny((byte)'.', (byte)',');
        if (mark < 0)
            return Parse(cell, out value);
        value = default;
        var sign = cell[mark];
        if ((_decimal != 0 && _decimal != sign) || cell.Length > LongestNumber || cell[(mark + 1)..].ContainsAny((byte)'.', (byte)','))
            return false;
        Span<byte> copy = stackalloc byte[LongestNumber];
        cell.CopyTo(copy);
        copy[mark] = (byte)'.';
        if (!Parse(copy[..cell.Length], out value))
            return false;
        _decimal = sign;
        return true;
    }

    private static bool Parse<T>(ReadOnlySpan<byte> cell, out T value)
        where T : struct, IFloatingPoint<T> =>
        T.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
