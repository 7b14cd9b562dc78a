namespace EdgeSeq.Device.Files;

/// <summary>Dates and times as loggers write them: ISO 8601 with T or a blank, with / in place of -, or day first with points, each with or
/// without a time of day, fraction and zone; or a time of day alone. By hand, as .NET's own parser of dates would make the smallest
/// binary a tenth of a megabyte larger and guesses at more than these.</summary>
internal ref struct StampText
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const int SecondsPerMinute = 60;
    private const int MinutesPerHour = 60;
    private const int HoursPerDay = 24;

    private ReadOnlySpan<byte> _rest;

    private StampText(ReadOnlySpan<byte> cell) => _rest = cell;

    /// <param name="nanoseconds">Since 1970 (a time without a zone is taken as UTC), or since midnight for a time of day alone.</param>
    /// <param name="isTimeOfDay">Whether there is no date.</param>
    public static bool TryParse(ReadOnlySpan<byte> cell, out long nanoseconds, out bool isTimeOfDay)
    {
        var text = new StampText(cell);
        isTimeOfDay = !text.TryDate(out nanoseconds);
        if (isTimeOfDay)
            return text.TryTime(out nanoseconds) && text._rest.IsEmpty;
        if (text._rest.IsEmpty)
            return true;
        text._rest = text._rest[0] is (byte)'T' or (byte)'t' or (byte)' ' ? text._rest[1..].TrimStart((byte)' ') : default;
        if (!text.TryTime(out var time) || !text.TryZone(out var offset))
            return false;
        nanoseconds += time - offset;
        return true;
    }

    private bool TryDate(out long nanoseconds)
    {
        nanoseconds = 0;
        var start = _rest;
        if (TryNumber(4, 4, out var year) && TrySign((byte)'-', (byte)'/') is { } sign && TryNumber(1, 2, out var month)
            && TrySign(sign, sign) is not null && TryNumber(1, 2, out var day) && IsDate(year, month, day))
        {
            nanoseconds = SinceEpoch(year, month, day);
            return true;
        }

        _rest = start;
        if (TryNumber(1, 2, out day) && TrySign((byte)'.', (byte)'.') is not null && TryNumber(1, 2, out month)
            && TrySign((byte)'.', (byte)'.') is not null && TryNumber(4, 4, out year) && IsDate(year, month, day))
        {
            nanoseconds = SinceEpoch(year, month, day);
            return true;
        }

        _rest = start;
        return false;
    }

    /// <summary>H:mm, H:mm:ss, and a fraction of any number of digits behind a point or a comma.</summary>
    private bool TryTime(out long nanoseconds)
    {
        nanoseconds = 0;
        if (!TryNumber(1, 2, out var hour) || TrySign((byte)':', (byte)':') is null || !TryNumber(2, 2, out var minute)
            || hour >= HoursPerDay || minute >= MinutesPerHour)
        {
            return false;
        }

        var second = 0;
        if (TrySign((byte)':', (byte)':') is not null && (!TryNumber(2, 2, out second) || second > SecondsPerMinute))
            return false;
        nanoseconds = ((hour * MinutesPerHour + minute) * (long)SecondsPerMinute + second) * NanosecondsPerSecond;
        if (TrySign((byte)'.', (byte)',') is not null)
            nanoseconds += Fraction();
        return true;
    }

    private bool TryZone(out long nanoseconds)
    {
        nanoseconds = 0;
        if (_rest is [] or [(byte)'Z'] or [(byte)'z'])
            return true;
        if (TrySign((byte)'+', (byte)'-') is not { } sign || !TryNumber(2, 2, out var hours))
            return false;
        TrySign((byte)':', (byte)':');
        var minutes = 0;
        if (!_rest.IsEmpty && !TryNumber(2, 2, out minutes))
            return false;
        nanoseconds = (hours * MinutesPerHour + minutes) * (long)SecondsPerMinute * NanosecondsPerSecond * (sign == '-' ? -1 : 1);
        return _rest.IsEmpty;
    }

    private long Fraction()
    {
        long value = 0;
        var place = NanosecondsPerSecond / 10;
        for (; _rest is [>= (byte)'0' and <= (byte)'9', ..]; _rest = _rest[1..])
        {
            value += (_rest[0] - '0') * place;
            place /= 10;
        }

        return value;
    }

    private bool TryNumber(int least, int most, out int number)
    {
        number = 0;
        var digits = 0;
        for (; digits < most && digits < _rest.Length && char.IsAsciiDigit((char)_rest[digits]); digits++)
            number = 10 * number + (_rest[digits] - '0');
        _rest = _rest[digits..];
        return digits >= least;
    }

    /// <summary>Passes over one of two signs; null where neither comes.</summary>
    private byte? TrySign(byte one, byte other)
    {
        if (_rest.IsEmpty || (_rest[0] != one && _rest[0] != other))
            return null;
        var sign = _rest[0];
        _rest = _rest[1..];
        return sign;
    }

    private static bool IsDate(int year, int month, int day) =>
        year > 0 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);

    /// <summary>Wraps around for dates centuries away; intervals come out right all the same.</summary>
    private static long SinceEpoch(int year, int month, int day) =>
        unchecked((new DateTime(year, month, day) - DateTime.UnixEpoch).Days * 86_400L * NanosecondsPerSecond);
}
