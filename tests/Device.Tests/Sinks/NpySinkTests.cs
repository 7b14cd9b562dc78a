using EdgeSeq.Device.Files;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Tests.Sinks;

public class NpySinkTests
{
    private static readonly OutputInfo Pair = FakeOutputs.Info("y", 2);

    [Fact]
    public void One_stream_stacks_as_steps()
    {
        using var folder = new TempFolder();
        using (var sink = Open(folder, isBatch: false, Pair))
        {
            sink.Write(new FakeOutputs([1, 2]));
            sink.Write(new FakeOutputs([3, 4]));
            sink.Complete();
        }

        AssertContent(folder.File("out"), [2, 2], [1, 2, 3, 4]);
    }

    [Fact]
    public void Recordings_stack_before_steps()
    {
        using var folder = new TempFolder();
        using (var sink = Open(folder, isBatch: true, Pair))
        {
            for (var recording = 0; recording < 2; recording++)
            {
                sink.Write(new FakeOutputs([recording, 2]));
                sink.EndRecording();
            }

            sink.Complete();
        }

        AssertContent(folder.File("out"), [2, 1, 2], [0, 2, 1, 2]);
    }

    [Fact]
    public void A_recording_that_was_cut_short_is_left_out()
    {
        using var folder = new TempFolder();
        using (var sink = Open(folder, isBatch: true, Pair))
        {
            sink.Write(new FakeOutputs([1, 2]));
            sink.Write(new FakeOutputs([3, 4]));
            sink.EndRecording();
            sink.Write(new FakeOutputs([5, 6]));
            sink.Complete();
        }

        AssertContent(folder.File("out"), [1, 2, 2], [1, 2, 3, 4]);
    }

    [Fact]
    public void Several_outputs_go_to_a_folder_each_with_its_own_steps()
    {
        using var folder = new TempFolder();
        using (var sink = Open(folder, isBatch: false, Pair, FakeOutputs.Info("a/b", 1) with { Type = ElementType.I64 }))
        {
            sink.Write(new FakeOutputs([1, 2], [9]));
            sink.Write(new FakeOutputs([3, 4], null));
            sink.Complete();
        }

        AssertContent(folder.File("out/y.npy"), [2, 2], [1, 2, 3, 4]);
        AssertContent(folder.File("out/a_b.npy"), [1, 1], [9]);
    }

    [Fact]
    public void A_slash_at_the_end_makes_a_folder_for_one_output_too()
    {
        using var folder = new TempFolder();
        using (var sink = new NpySink(folder.File("out/"), new SinkContext { Outputs = [Pair], IsBatch = false, IsLive = false }))
        {
            sink.Write(new FakeOutputs([1, 2]));
            sink.Complete();
        }

        AssertContent(folder.File("out/y.npy"), [1, 2], [1, 2]);
    }

    [Fact]
    public void Recordings_of_different_length_do_not_stack()
    {
        using var folder = new TempFolder();
        using var sink = Open(folder, isBatch: true, Pair);
        sink.Write(new FakeOutputs([1, 2]));
        sink.EndRecording();

        var error = Assert.Throws<EdgeSeqException>(sink.EndRecording);
        Assert.Equal(ErrorCodes.OutputsDoNotStack, error.Code);
        Assert.Contains("recording 1 gave 0 rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_fails_leaves_the_old_file()
    {
        using var folder = new TempFolder();
        folder.Write("out", "old");
        using (var sink = Open(folder, isBatch: false, Pair))
            sink.Write(new FakeOutputs([1, 2]));

        Assert.Equal(["out"], folder.Names);
        Assert.Equal("old", File.ReadAllText(folder.File("out")));
    }

    private static ISink Open(TempFolder folder, bool isBatch, params OutputInfo[] outputs) =>
        SinkCatalog.Open($"npy:{folder.File("out")}", new SinkContext { Outputs = outputs, IsBatch = isBatch });

    private static void AssertContent(string path, long[] shape, float[] values)
    {
        using var reader = NpyReader.Open(path);
        var read = new float[values.Length + 1];
        Assert.Equal(shape, reader.Header.Shape);
        Assert.Equal(values.Length, reader.Read(read));
        Assert.Equal(values, read[..^1]);
    }
}
