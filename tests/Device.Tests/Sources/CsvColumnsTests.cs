using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources;

/// <summary>Which columns of a CSV file feed an input of two values, a and b where they are named.</summary>
public class CsvColumnsTests
{
    private readonly List<string> _warnings = [];

    [Theory]
    [InlineData("time,b,a\n0,2,1\n")]
    [InlineData("B,A,c\n2,1,9\n")]
    [InlineData("c,b [rad/s],a (g)\n9,2,1\n")]
    [InlineData("\"b\",\"a\"\n2,1\n")]
    [InlineData("# b, a\n2,1\n")]
    [InlineData("a,a (g),b\n1,9,2\n")]
    public void Columns_are_put_in_the_order_of_the_channels(string text)
    {
        Assert.Equal([1, 2], Assert.Single(Read(text, named: true)));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_channel_that_is_missing_is_named_beside_what_is_there()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Read("time,a,x\n0,1,2\n", named: true));
        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
        Assert.Contains("no column 'b'; it has time, a, x", error.Message);
        Assert.Contains("--columns", error.Hint);
    }

    [Fact]
    public void A_name_that_two_columns_have_is_refused() =>
        Assert.Contains("several columns 'a'", Assert.Throws<EdgeSeqException>(() => Read("A,a ,b,a\n1,2,3,4\n", named: true)).Message);

    [Fact]
    public void Columns_of_quite_other_names_are_taken_in_order_with_a_warning()
    {
        Assert.Equal([1, 2], Assert.Single(Read("left,right\n1,2\n", named: true)));
        Assert.Contains("left, right", Assert.Single(_warnings));
    }

    [Theory]
    [InlineData("left,right,a\n2,1,3\n", "right,left")]
    [InlineData("left,right,a\n2,1,3\n", "2,1")]
    [InlineData("2,1,3\n", "2,1")]
    public void The_users_columns_have_the_first_word(string text, string columns) =>
        Assert.Equal([1, 2], Assert.Single(Read(text, named: true, columns)));

    [Theory]
    [InlineData("a,c", "no column 'c'; it has a, b")]
    [InlineData("3,1", "no column '3'")]
    [InlineData("a,a", "twice")]
    [InlineData("a,b,1", "twice")]
    public void A_column_of_the_users_that_there_is_not_is_an_error_of_usage(string columns, string message)
    {
        var error = Assert.Throws<EdgeSeqException>(() => Read("a,b\n1,2\n", named: false, columns));
        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Another_number_of_columns_than_values_is_refused() => Assert.Contains(
        "--columns names 3 columns", Assert.Throws<EdgeSeqException>(() => Read("a,b,c\n1,2,3\n", named: true, "a,b,c")).Message);

    [Theory]
    [InlineData("2024-05-01T10:00:00Z,1,2\n")]
    [InlineData("1,2,2024-05-01 10:00:00.5\n")]
    [InlineData("2024-05-01T10:00:00+02:00;1;2\n")]
    [InlineData("1.5.2024 10:00:00;1,0;2,0\n")]
    [InlineData("10:00:00.250,1,2\n")]
    [InlineData("1714557600,1,2\n")]
    [InlineData("1714557600.25,1,2\n")]
    [InlineData("1714557600250,1,2\n")]
    [InlineData("1714557600250000,1,2\n")]
    [InlineData("1714557600250000000,1,2\n")]
    [InlineData("date,time,x,y\n2024-05-01,10:00:00,1,2\n")]
    [InlineData("Timestamp,x,y\n0.02,1,2\n")]
    [InlineData("time_ms,x,y\n20,1,2\n")]
    [InlineData("Time (s),x,y\n0.02,1,2\n")]
    [InlineData(",x,y\n0,1,2\n")]
    public void Time_stamps_are_recognised_and_left_out(string text) => Assert.Equal([1, 2], Assert.Single(Read(text, named: false)));

    [Fact]
    public void A_column_that_is_not_asked_for_needs_no_numbers() =>
        Assert.Equal([1, 2], Assert.Single(Read("who,a,b\nme,1,2\n", named: true)));

    [Fact]
    public void Time_stamps_in_the_place_of_a_value_are_refused() => Assert.Contains(
        "has 3 columns without time stamps (when)",
        Assert.Throws<EdgeSeqException>(() => Read("when,x,y,z\n2024-05-01T10:00:00,1,2,3\n", named: false)).Message);

    [Fact]
    public void A_column_that_may_be_time_by_its_name_alone_is_a_value_where_it_is_needed_and_that_is_said()
    {
        Assert.Equal([21.5f, 40], Assert.Single(Read("t,h\n21.5,40\n", named: false)));
        Assert.Contains("'t' is taken as a value", Assert.Single(_warnings));
    }

    [Fact]
    public void One_value_beside_time_stamps_feeds_frames() =>
        Assert.Equal([[1, 2], [3, 4]], Read("time_s,v\n0.1,1\n0.2,2\n0.3,3\n0.4,4\n", named: false));

    private List<float[]> Read(string text, bool named, string? columns = null)
    {
        using var folder = new TempFolder();
        var input = named ? Inputs.Floats(2) with { Channels = ["a", "b"] } : Inputs.Floats(2);
        var context = Inputs.Context(input) with { Columns = columns?.Split(','), Warn = _warnings.Add };
        return Inputs.ReadAll($"csv:{folder.Write("x.csv", text)}", context);
    }
}
