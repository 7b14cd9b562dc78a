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
    [InlineData(new long[] { 7, 1 }, new[] { 1, 1 }, null, 7L)]
    [InlineData(new long[] { 3, 7 }, new[] { 1, 1 }, 3L, 7L)]
    [InlineData(new long[] { 3, 1, 9 }, new[] { 9 }, 3L, 1L)]
    [InlineData(new long[] { 7, 1, 1, 9 }, new[] { 9 }, null, 7L)]
    [InlineData(new long[] { 3, 7, 1, 9 }, new[] { 9 }, 3L, 7L)]
    public void The_usual_reading(long[] file, int[] step, long? recordings, long steps) =>
        Assert.Equal(new RecordingShape(recordings, steps), RecordingShape.Readings(file, step)[0]);

    [Theory]
    [InlineData(new long[] { 7, 1 }, new[] { 1, 1 }, 7L, 1L)]
    [InlineData(new long[] { 7, 1, 9 }, new[] { 1, 9 }, 7L, 1L)]
    [InlineData(new long[] { 7, 1, 9 }, new[] { 9 }, null, 7L)]
    [InlineData(new long[] { 7, 1, 1, 9 }, new[] { 9 }, 7L, 1L)]
    public void The_other_reading_of_a_shape_that_has_two(long[] file, int[] step, long? recordings, long steps) =>
        Assert.Equal(new RecordingShape(recordings, steps), RecordingShape.Readings(file, step)[1]);

    [Theory]
    [InlineData(new long[] { 7, 9 }, new[] { 9 })]
    [InlineData(new long[] { 3, 7, 9 }, new[] { 9 })]
    [InlineData(new long[] { 7 }, new[] { 1, 1 })]
    [InlineData(new long[] { 3, 7 }, new[] { 1 })]
    public void A_plain_shape_has_one_reading(long[] file, int[] step) => Assert.Single(RecordingShape.Readings(file, step));

    [Theory]
    [InlineData(new long[] { 7, 8 }, new[] { 9 })]
    [InlineData(new long[] { 9 }, new[] { 9 })]
    [InlineData(new long[] { 2, 3, 7, 9 }, new[] { 9 })]
    [InlineData(new long[0], new[] { 1 })]
    public void Other_shapes_do_not_fit(long[] file, int[] step) => Assert.Empty(RecordingShape.Readings(file, step));

    [Fact]
    public void Elements_one_by_one_fill_steps_that_take_several()
    {
        Assert.Equal([new RecordingShape(null, 23)], RecordingShape.Readings([23, 7], [7], chunk: 4));
        Assert.Equal([new RecordingShape(2, 20)], RecordingShape.Readings([2, 20, 7], [7], chunk: 4));
        Assert.Equal([new RecordingShape(null, 12)], RecordingShape.Readings([3, 4, 7], [7], chunk: 4));
    }
}
