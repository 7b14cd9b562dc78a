using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources;

public class CsvSourceTests
{
    [Theory]
    [InlineData("1,2\n3,4\n")]
    [InlineData("1,2\r\n3,4")]
    [InlineData("\uFEFFa,b\n1,2\n\n3,4\n")]
    [InlineData("# made by hand\n1;2\n3;4\n")]
    [InlineData("a\tb\n1\t2\n3\t4\n")]
    [InlineData("  1   2\n  3   4\n")]
    [InlineData("\"a\",\"b\"\n\"1\", 2\n+3,4e0\n")]
    [InlineData("\"a,1\",\"b;\"\"2\"\"\"\n1,2\n3,4\n")]
    [InlineData("1,0;2,0\n3,0;4\n")]
    [InlineData("1,0\t2,0\n3\t4,0\n")]
    [InlineData("1,\t2\n3,\t4\n")]
    [InlineData("\"1,0\",\"2,0\"\n\"3\",\"4,0\"\n")]
    [InlineData("sep=;\na;b\n1;2\n3;4\n")]
    public void Reads_the_usual_forms(string text) => Assert.Equal([[1, 2], [3, 4]], Read(text, 2));

    [Fact]
    public void A_header_with_the_channel_names_selects_and_orders_columns()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.csv", "time,b,a\n0,1,2\n1,3,4\n");
        var input = Inputs.Floats(2) with { Channels = ["a", "b"] };

        Assert.Equal([[2, 1], [4, 3]], Inputs.ReadAll($"csv:{path}", Inputs.Context(input)));
    }

    [Fact]
    public void Missing_and_infinite_values_reach_the_guard() =>
        Assert.Equal([[float.NaN, float.PositiveInfinity], [float.NaN, float.NegativeInfinity]],
        Read("1,1\n,inf\nnan,-Infinity\n", 2)[1..]);

    [Fact]
    public void One_column_feeds_frames() => Assert.Equal([[1, 2], [3, 4]], Read("v\n1\n2\n3\n4\n", 2));

    [Fact]
    public void A_line_longer_than_the_first_buffer_is_read()
    {
        var text = string.Join(',', Enumerable.Range(0, 20_000)) + "\n";
        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => (float)i), Assert.Single(Read(text, 20_000)));
    }

    [Theory]
    [InlineData("a,b\n1,2\n3,x\n", "line 3, column 2 (b): 'x'")]
    [InlineData("1,2\n3,1.2.3\n", "line 2, column 2: '1.2.3'")]
    [InlineData("1,2\n3\n", "line 2 has 1 columns")]
    [InlineData("1,2\n3,4,5\n", "line 2 has 3 columns")]
    public void A_bad_row_is_named(string text, string place)
    {
        var error = Assert.Throws<EdgeSeqException>(() => Read(text, 2));
        Assert.Equal(ErrorCodes.CellInvalid, error.Code);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wrong_number_of_columns_is_refused_at_once() =>
        Assert.Equal(ErrorCodes.RecordingShape, Assert.Throws<EdgeSeqException>(() => Read("1,2,3\n", 2)).Code);

    [Fact]
    public void An_empty_file_has_no_steps() => Assert.Empty(Read("", 2));

    private static List<float[]> Read(string text, int length)
    {
        using var folder = new TempFolder();
        return Inputs.ReadAll($"csv:{folder.Write("x.csv", text)}", Inputs.Context(Inputs.Floats(length)));
    }
}
