using System.Globalization;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Device.Tests.Sources;

/// <summary>What a CSV file's time stamps say, for a program of 50 steps a second.</summary>
public class CsvStampTests
{
    private static readonly DateTime Start = new(2024, 5, 1, 23, 59, 59, DateTimeKind.Utc);

    private readonly List<string> _warnings = [];

    public static TheoryData<string, Func<int, string>> FiftyHertz => new()
    {
        { "timestamp", i => Start.AddMilliseconds(20 * i).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) },
        { "clock", i => Start.AddMilliseconds(20 * i).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) },
        { "day and time", i => Start.AddMilliseconds(20 * i).ToString("d.M.yyyy HH:mm:ss.fff", CultureInfo.InvariantCulture) },
        { "x", i => (1_714_557_600 + 0.02 * i).ToString(CultureInfo.InvariantCulture) },
        { "x", i => $"{1_714_557_600_000 + 20 * i}" },
        { "x", i => $"{1_714_557_600_000_000_000 + 20_000_000L * i}" },
        { "time_us", i => $"{20_000 * i}" },
        { "time", i => (0.02 * i).ToString(CultureInfo.InvariantCulture) },
        { "millis", i => $"{20 * i}" },
    };

    [Theory]
    [MemberData(nameof(FiftyHertz))]
    public void The_rate_follows_from_every_form(string column, Func<int, string> stamp)
    {
        var stamps = Read($"{column},v", 120, stamp);

        Assert.Equal(column, stamps.Column);
        Assert.Equal(50, stamps.RateHz!.Value, 0.01);
        Assert.Equal(0, stamps.Gaps);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Another_rate_than_the_programs_is_said_once()
    {
        Read("time_ms,v", 300, i => $"{40 * i}");

        Assert.Contains("25 rows a second, the program was made for 50", Assert.Single(_warnings));
    }

    [Fact]
    public void A_short_file_of_another_rate_is_told_at_its_end()
    {
        Read("time_ms,v", 3, i => $"{40 * i}");

        Assert.Contains("25 rows a second", Assert.Single(_warnings));
    }

    [Fact]
    public void Gaps_are_counted_and_do_not_change_the_rate()
    {
        var stamps = Read("time_ms,v", 200, i => $"{20 * i + (i >= 100 ? 60_000 : 0)}");

        Assert.Equal(1, stamps.Gaps);
        Assert.Equal(50, stamps.RateHz!.Value, 0.5);
        Assert.Equal(60_020_000_000, stamps.Intervals.Max);
    }

    [Fact]
    public void Stamps_that_go_back_stand_still_or_are_missing_are_counted()
    {
        string[] stamps = ["0", "20", "20", "10", "", "60", "80"];
        var report = Read("time_ms,v", stamps.Length, i => stamps[i]);

        Assert.Equal(2, report.NotLater);
        Assert.Equal(1, report.Unreadable);
        Assert.Equal(2, report.Intervals.Count);
    }

    [Fact]
    public void Numbers_of_no_known_unit_give_no_rate() => Assert.Null(Read("time,v", 50, i => $"{7 * i}").RateHz);

    private StampReport Read(string header, int rows, Func<int, string> stamp)
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.csv", $"{header}\n{string.Concat(Enumerable.Range(0, rows).Select(i => $"{stamp(i)},{i}\n"))}");
        var context = Inputs.Context(Inputs.Floats(1)) with { RateHz = 50, Warn = _warnings.Add };
        using var source = SourceCatalog.Open($"csv:{path}", context);
        var inputs = new StepInputs(context.Inputs);
        for (var i = 0; source.Read(inputs) == SourceStep.Step; i++)
            Assert.Equal(i, inputs.Floats(0)[0]);
        return source.Stamps!;
    }
}
