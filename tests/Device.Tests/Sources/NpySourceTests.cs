using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources;

public class NpySourceTests
{
    [Fact]
    public void One_recording_is_steps_without_an_end_mark()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 2, 2));

        Assert.Equal([[1, 2], [3, 4]], Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(2))));
    }

    [Fact]
    public void Recordings_of_a_set_end_one_by_one()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 2, 1, 2));

        Assert.Equal([[1, 2], [], [3, 4], []], Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(2))));
    }

    [Fact]
    public void Whole_numbers_feed_ids()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.Of<short>("<i2", [5, 6], 2));

        Assert.Equal([[5], [6]], Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Ids(1))));
    }

    [Fact]
    public void Several_inputs_come_from_a_folder()
    {
        using var folder = new TempFolder();
        folder.Write("a.npy", NpyBytes.OfFloats([1, 2], 2));
        folder.Write("b_0.npy", NpyBytes.OfFloats([3, 4, 5, 6], 2, 2));

        var steps = Inputs.ReadAll($"npy:{folder.File("")}", Inputs.Context(Inputs.Named("a", 1), Inputs.Named("b:0", 2)));
        Assert.Equal([[1, 3, 4], [2, 5, 6]], steps);
    }

    [Fact]
    public void Single_samples_become_frames_with_zeros_before_the_start()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4, 5], 5));

        var steps = Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(1, 3)) with { Hop = 2 });
        Assert.Equal([[0, 1, 2], [2, 3, 4]], steps);
    }

    [Fact]
    public void Samples_left_over_are_warned_about()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4, 5], 5));
        var warnings = new List<string>();

        Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(2)) with { Warn = warnings.Add });
        Assert.Contains("1 samples at the end", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_shape_names_both_shapes()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats(new float[6], 2, 3));

        var error = Assert.Throws<EdgeSeqException>(() => Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(9))));
        Assert.Equal(ErrorCodes.RecordingShape, error.Code);
        Assert.Contains("[2,3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[9]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Floats_do_not_feed_ids()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([5, 6], 2));

        Assert.Equal(ErrorCodes.RecordingShape,
            Assert.Throws<EdgeSeqException>(() => Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Ids(1)))).Code);
    }

    [Fact]
    public void Inputs_of_different_length_are_refused()
    {
        using var folder = new TempFolder();
        folder.Write("a.npy", NpyBytes.OfFloats([1, 2], 2));
        folder.Write("b.npy", NpyBytes.OfFloats([3, 4, 5], 3));

        Assert.Throws<EdgeSeqException>(() =>
            Inputs.ReadAll($"npy:{folder.File("")}", Inputs.Context(Inputs.Named("a", 1), Inputs.Named("b", 1))));
    }

    [Fact]
    public void A_hop_for_whole_steps_is_a_usage_error()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 2, 2));

        var error = Assert.Throws<EdgeSeqException>(() => Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(2)) with { Hop = 1 }));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
    }
}
