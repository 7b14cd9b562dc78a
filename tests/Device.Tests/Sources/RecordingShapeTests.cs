using EdgeSeq.Device.Sources;

namespace EdgeSeq.Device.Tests.Sources;

public class RecordingShapeTests
{
    [Theory]
    [InlineData(new long[] { 7, 9 }, new[] { 9 }, null, 7L)]
    [InlineData(new long[] { 3, 7, 9 }, new[] { 9 }, 3L, 7L)]
    [InlineData(new long[] { 7, 9 }, new[] { 1, 9 }, null, 7L)]
    [InlineData(new long[] { 7, 1, 9 }, new[] { 1, 9 }, null, 7L)]
    [InlineData(new long[] { 3, 7, 9 }, new[] { 1, 9 }, 3L, 7L)]
    [InlineData(new long[] { 3, 7, 1, 9 }, new[] { 1, 9 }, 3L, 7L)]
    [InlineData(new long[] { 7 }, new[] { 1 }, null, 7L)]
    [InlineData(new long[] { 7, 1 }, new[] { 1 }, null, 7L)]
    [InlineData(new long[] { 3, 7 }, new[] { 1 }, 3L, 7L)]
    [InlineData(new long[] { 3, 7 }, new int[0], 3L, 7L)]
    [InlineData(new long[] { 7 }, new int[0], null, 7L)]
    [InlineData(new long[] { 0, 9 }, new[] { 9 }, null, 0L)]
    public void One_or_many_recordings(long[] file, int[] step, long? recordings, long steps) =>
        Assert.Equal(new RecordingShape(recordings, steps), RecordingShape.Match(file, step));

    [Theory]
    [InlineData(new long[] { 7, 8 }, new[] { 9 })]
    [InlineData(new long[] { 9 }, new[] { 9 })]
    [InlineData(new long[] { 2, 3, 7, 9 }, new[] { 9 })]
    [InlineData(new long[0], new[] { 1 })]
    public void Other_shapes_do_not_fit(long[] file, int[] step) => Assert.Null(RecordingShape.Match(file, step));
}
