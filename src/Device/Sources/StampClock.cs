using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Sources;

/// <summary>Follows a column of time stamps, and says once where its rate is not the program's.</summary>
/// <param name="rowsHz">Rows a second that are expected, by the user (<paramref name="isUsersRate"/>) or the program. Numbers without a unit have the one that makes their first
/// interval about that.</param>
internal sealed class StampClock(string source, string column, StampUnit unit, double? rowsHz, bool isUsersRate, Action<string> warn)
{
    private const int IntervalsToJudge = 100;
    private const double RateTolerance = 0.02;
    private const long NanosecondsPerDay = 86_400_000_000_000;

    private long? _last;
    private double? _first;
    private bool _isJudged;

    public StampReport Report { get; } = new() { Column = column, Unit = unit };

    /// <summary>Takes the stamp of the next row.</summary>
    public void Add(ReadOnlySpan<byte> cell, CsvNumbers numbers)
    {
        if (Report.Unit == StampUnit.Unknown)
            FindUnit(cell, numbers);
        else
            Follow(cell, numbers);
    }

    /// <summary>The file has ended.</summary>
    public void Finish() => Judge();

    private void FindUnit(ReadOnlySpan<byte> cell, CsvNumbers numbers)
    {
        const double MostTimes = 2;
        if (!numbers.TryParse(cell, out double count) || rowsHz is not { } expected)
            return;
        if (_first is { } first)
        {
            foreach (var candidate in (ReadOnlySpan<StampUnit>)[StampUnit.Seconds, StampUnit.Milliseconds, StampUnit.Microseconds,
                StampUnit.Nanoseconds])
            {
                var times = (count - first) * StampUnits.Nanoseconds(candidate) * 1e-9 * expected;
                if (times is > 1 / MostTimes and < MostTimes)
                    Report.Unit = candidate;
            }
        }

        _first = count;
    }

    private void Follow(ReadOnlySpan<byte> cell, CsvNumbers numbers)
    {
        if (!TryRead(cell, numbers, out var time, out var isTimeOfDay))
        {
            Report.Unreadable++;
            _last = null;
            return;
        }

        if (_last is { } last)
            Report.Add(isTimeOfDay && time < last ? time - last + NanosecondsPerDay : time - last);
        _last = time;
        if (Report.Intervals.Count == IntervalsToJudge)
            Judge();
    }

    private bool TryRead(ReadOnlySpan<byte> cell, CsvNumbers numbers, out long time, out bool isTimeOfDay)
    {
        if (Report.Unit == StampUnit.Text)
            return StampText.TryParse(cell, out time, out isTimeOfDay);
        isTimeOfDay = false;
        time = 0;
        // A double holds nanoseconds since 1970 to a quarter of a microsecond only; whole numbers are exact.
        if (Report.Unit == StampUnit.Nanoseconds && CsvNumbers.TryParse(cell, out time))
            return true;
        if (cell.IsEmpty || !numbers.TryParse(cell, out double count) || !double.IsFinite(count))
            return false;
        time = (long)Math.Round(count * StampUnits.Nanoseconds(Report.Unit));
        return true;
    }

    private void Judge()
    {
        if (_isJudged || rowsHz is not { } wanted || Report.RateHz is not { } rate)
            return;
        _isJudged = true;
        if (Math.Abs(rate - wanted) > RateTolerance * wanted)
        {
            var whose = isUsersRate ? "--source-rate says" : "the program was made for";
            warn(FormattableString.Invariant($"{source}: by its column '{column}' there are {rate:0.###} rows a second, ")
                + FormattableString.Invariant($"{whose} {wanted:0.###}. --source-rate {rate:0.###} converts them"));
        }
    }
}
