using System.Text;
using EdgeSeq.Fleet.Messages;
using EdgeSeq.Fleet.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Fleet.Tests.Messages;

public class SampleBatchTests
{
    [Fact]
    public void What_is_written_is_read()
    {
        var reader = SampleBatch.Read(Activity.Message((3, 100, 2), (4, 7, 1)));
        Assert.True(reader.Next(out var first));
        Assert.Equal("stream-3", Encoding.UTF8.GetString(first.Stream));
        Assert.Equal((100, 2_000_000, 20_000u, 2, false), (first.Sequence, first.Time, first.Interval, first.Count, first.Resets));
        Assert.Equal(2 * Activity.Channels * sizeof(float), first.Values.Length);
        Assert.True(reader.Next(out var second));
        Assert.Equal(7, second.Sequence);
        Assert.False(reader.Next(out _));
    }

    [Fact]
    public void A_hundred_thousand_damaged_messages_are_refused_or_read_to_their_end()
    {
        var good = Activity.Message((1, 0, 3), (2, 5, 2), (3, 9, 0));
        var random = new Random(1);
        var refused = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
            for (var change = random.Next(4); change >= 0 && bytes.Length > 0; change--)
                bytes[random.Next(Math.Min(bytes.Length, 48))] = (byte)random.Next(256);
            try
            {
                SampleBatch.Verify(bytes);
            }
            catch (EdgeSeqException e)
            {
                Assert.Equal(ErrorCodes.RecordingMalformed, e.Code);
                refused++;
            }
        }

        Assert.InRange(refused, 50_000, 100_000);
    }

    [Fact]
    public void JSON_becomes_the_same_message()
    {
        var json = """
            [{"stream":"a","sequence":5,"time":1000,"interval":10,"samples":[[1,2.5],[3,null]]},{"stream":"b","sequence":0,"samples":[]}]
            """;
        var reader = SampleBatch.Read(SampleJson.Read(Encoding.UTF8.GetBytes(json), [false, false]));
        Assert.True(reader.Next(out var block));
        Assert.Equal((5, 1000, 10u, 2), (block.Sequence, block.Time, block.Interval, block.Count));
        Assert.Equal([1f, 2.5f, 3f, float.NaN], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(block.Values).ToArray());
        Assert.True(reader.Next(out _));
    }

    [Theory]
    [InlineData("""[{"stream":"a","sequence":0,"samples":[[1]]}]""")]
    [InlineData("""[{"stream":"","sequence":0,"samples":[]}]""")]
    [InlineData("""[{"stream":"a","sequence":0,"samples":[[1,"x"]]}]""")]
    [InlineData("""[{"stream":"a","sequences":0,"samples":[]}]""")]
    [InlineData("""{"stream":1""")]
    public void Wrong_JSON_is_refused(string json) =>
        Assert.Equal(ErrorCodes.RecordingMalformed,
            Assert.Throws<EdgeSeqException>(() => SampleJson.Read(Encoding.UTF8.GetBytes(json), [false, false])).Code);
}
