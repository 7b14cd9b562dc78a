using System.Globalization;
using System.Text;
using EdgeSeq.Device.Files;

namespace EdgeSeq.Device.Tests.Files;

public class StampTextTests
{
    [Theory]
    [InlineData("2024-05-01", "2024-05-01T00:00:00Z")]
    [InlineData("2024-05-01T10:20:30Z", "2024-05-01T10:20:30Z")]
    [InlineData("2024-05-01 10:20:30", "2024-05-01T10:20:30Z")]
    [InlineData("2024/5/1 1:20", "2024-05-01T01:20:00Z")]
    [InlineData("2024-05-01T10:20:30.5+02:00", "2024-05-01T08:20:30.5Z")]
    [InlineData("2024-05-01T10:20:30,125-0330", "2024-05-01T13:50:30.125Z")]
    [InlineData("2024-02-29T23:59:59.123456789+01", "2024-02-29T22:59:59.1234567Z")]
    [InlineData("1.5.2024 10:20:30", "2024-05-01T10:20:30Z")]
    [InlineData("01.05.2024", "2024-05-01T00:00:00Z")]
    [InlineData("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z")]
    public void A_date_is_read_to_the_nanosecond(string text, string expected)
    {
        Assert.True(StampText.TryParse(Encoding.UTF8.GetBytes(text), out var nanoseconds, out var isTimeOfDay));
        Assert.False(isTimeOfDay);
        var time = DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch;
        Assert.Equal(time.Ticks, Math.DivRem(nanoseconds, 100).Quotient);
    }

    [Theory]
    [InlineData("0:00", 0)]
    [InlineData("23:59:59.000000001", 86_399_000_000_001)]
    [InlineData("7:05:09,5", 25_509_500_000_000)]
    public void A_time_of_day_is_since_midnight(string text, long expected)
    {
        Assert.True(StampText.TryParse(Encoding.UTF8.GetBytes(text), out var nanoseconds, out var isTimeOfDay));
        Assert.True(isTimeOfDay);
        Assert.Equal(expected, nanoseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.5")]
    [InlineData("1.5.20")]
    [InlineData("2024")]
    [InlineData("20240501")]
    [InlineData("2024-13-01")]
    [InlineData("2023-02-29")]
    [InlineData("2024-05/01")]
    [InlineData("2024-05-01x")]
    [InlineData("2024-05-01T")]
    [InlineData("2024-05-01T10:20:30+2")]
    [InlineData("24:00")]
    [InlineData("10:20:30 h")]
    [InlineData("walking")]
    public void Anything_else_is_no_time(string text) => Assert.False(StampText.TryParse(Encoding.UTF8.GetBytes(text), out _, out _));
}
