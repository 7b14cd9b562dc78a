using EdgeSeq.Device.Sources;
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

    [Fact]
    public void A_column_for_a_step_of_one_value_is_one_recording_and_that_is_said()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3], 3, 1));
        var warnings = new List<string>();
        var context = Inputs.Context(Inputs.Floats(1, 1)) with { Warn = warnings.Add };

        Assert.Equal([[1], [2], [3]], Inputs.ReadAll($"npy:{path}", context));
        Assert.Contains("read as one recording of 3 steps; --recordings many reads it as 3 recordings of 1 steps", Assert.Single(warnings));
    }

    [Theory]
    [InlineData(RecordingsWanted.One, new[] { 1f, 2, 3 })]
    [InlineData(RecordingsWanted.Many, new[] { 1, float.NaN, 2, float.NaN, 3, float.NaN })]
    public void The_user_chooses_the_reading(RecordingsWanted wanted, float[] expected)
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3], 3, 1));
        var steps = Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(1, 1)) with { Recordings = wanted });

        Assert.Equal(expected, steps.Select(step => step is [] ? float.NaN : step[0]));
    }

    [Fact]
    public void A_reading_that_the_shape_does_not_have_is_refused()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 2, 2));
        var context = Inputs.Context(Inputs.Floats(2)) with { Recordings = RecordingsWanted.Many };

        Assert.Contains("one recording of 2 steps", Assert.Throws<EdgeSeqException>(() => Inputs.ReadAll($"npy:{path}", context)).Message);
    }

    [Fact]
    public void The_shape_of_a_models_own_calls_is_one_recording()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 2, 1, 1, 2));

        Assert.Equal([[1, 2], [3, 4]], Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(2))));
    }

    [Fact]
    public void The_files_of_several_inputs_decide_together()
    {
        using var folder = new TempFolder();
        folder.Write("a.npy", NpyBytes.OfFloats([1, 2], 2, 1));
        folder.Write("b.npy", NpyBytes.OfFloats([3, 4, 5, 6], 2, 1, 2));

        var steps = Inputs.ReadAll($"npy:{folder.File("")}", Inputs.Context(Inputs.Named("a", 1), Inputs.Named("b", 2)));
        Assert.Equal([[1, 3, 4], [2, 5, 6]], steps);
    }

    [Theory]
    [InlineData("nowhere/", "no such folder")]
    [InlineData("x.npy/", "is a file, not a folder")]
    public void A_slash_at_the_end_means_a_folder(string name, string message)
    {
        using var folder = new TempFolder();
        folder.Write("x.npy", NpyBytes.OfFloats([1, 2], 2));
        var error = Assert.Throws<EdgeSeqException>(() => Inputs.ReadAll($"npy:{folder.File(name)}", Inputs.Context(Inputs.Floats(1))));

        Assert.Equal(ErrorCodes.FileMissing, error.Code);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void A_row_of_single_samples_becomes_frames_too()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 1, 4));

        Assert.Equal([[1, 2], [3, 4]], Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(2))));
    }

    [Fact]
    public void The_programs_hop_holds_where_the_user_gives_none()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3, 4], 4));

        Assert.Equal([[0, 1, 2], [2, 3, 4]], Inputs.ReadAll($"npy:{path}", Inputs.Context(Inputs.Floats(3) with { Hop = 2 })));
    }

    [Fact]
    public void A_hop_that_is_not_the_programs_is_said()
    {
        using var folder = new TempFolder();
        var path = folder.Write("x.npy", NpyBytes.OfFloats([1, 2, 3], 3));
        var warnings = new List<string>();
        var context = Inputs.Context(Inputs.Floats(3) with { Hop = 2 }) with { Hop = 3, Warn = warnings.Add };

        Assert.Equal([[1, 2, 3]], Inputs.ReadAll($"npy:{path}", context));
        Assert.Contains("--hop 3 is not the program's own: it was made for 2", Assert.Single(warnings));
    }
}
