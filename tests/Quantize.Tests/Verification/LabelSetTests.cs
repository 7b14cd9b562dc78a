using EdgeSeq.Device.Files;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Tests.TestModels;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Tests.Verification;

public sealed class LabelSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void As_many_labels_as_recordings_score_their_last_outputs()
    {
        var set = Read([0, 1], recordings: 2, steps: 20);

        Assert.Equal((null, 1), (set.Score(1, step: 15, last: false, classes: 2), set.Score(1, step: 19, last: true, classes: 2)));
    }

    [Fact]
    public void As_many_labels_as_steps_score_every_output() =>
        Assert.Equal(1, Read([0, 1, 1, 0], recordings: 2, steps: 4).Score(1, step: 2, last: false, classes: 2));

    [Fact]
    public void Another_number_of_labels_is_refused()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Read([0, 1, 1], recordings: 2, steps: 4));

        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
    }

    [Theory]
    [InlineData(new long[] { 1, 3, 2 }, 3, new[] { 0, 2, 1 })]
    [InlineData(new long[] { 0, 2, 1 }, 3, new[] { 0, 2, 1 })]
    [InlineData(new long[] { 1, 2, 1 }, 3, new[] { 1, 2, 1 })]
    public void Labels_count_from_1_only_where_the_largest_is_the_number_of_classes(long[] labels, int classes, int[] expected)
    {
        var set = Read(labels, recordings: 3, steps: 30);

        Assert.Equal(expected, Enumerable.Range(0, 3).Select(i => set.Class(i, classes)));
    }

    [Fact]
    public void A_label_that_is_no_class_is_refused()
    {
        var set = Read([0, 7], recordings: 2, steps: 20);

        Assert.Throws<EdgeSeqException>(() => set.Class(1, classes: 3));
    }

    private LabelSet Read(long[] labels, int recordings, long steps)
    {
        var path = _folder.File("labels.npy");
        using (var writer = new NpyWriter(path, isFloat: false))
        {
            writer.Write(labels);
            writer.Complete([labels.Length]);
        }

        return LabelSet.Read(path, new Extent(recordings, steps, steps));
    }
}
