using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sinks;

public sealed class AudioSinkTests : IDisposable
{
    private static readonly float[] Sound = [0, 0.5f, -1, 0.25f];

    private readonly TempFolder _folder = new();

    private static SinkContext Context => new() { Outputs = [FakeOutputs.Info("audio", 2)], IsBatch = false, StepsPerSecond = 50 };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("wav")]
    [InlineData("pcm16")]
    public void What_is_written_reads_back_as_the_same_samples(string kind)
    {
        var file = _folder.File("sound");
        Write($"{kind}:{file}", Sound[..2], Sound[2..]);

        var read = Inputs.ReadAll($"{kind}:{file}", Inputs.Context(Inputs.Floats(4)));

        Assert.Equal([Sound], read);
    }

    [Fact]
    public void Loud_samples_are_clipped_and_a_NaN_is_silent()
    {
        var file = _folder.File("sound");
        Write($"pcm16:{file}", [2, -2], [float.NaN, float.PositiveInfinity]);

        Assert.Equal([32767 / 32768f, -1, 0, 32767 / 32768f],
            Assert.Single(Inputs.ReadAll($"pcm16:{file}", Inputs.Context(Inputs.Floats(4)))));
    }

    [Fact]
    public void A_wav_file_has_the_rate_of_the_output()
    {
        var file = _folder.File("sound.wav");
        Write($"wav:{file}", Sound[..2]);

        // 50 steps a second, of two samples each.
        Assert.Equal(100, BitConverter.ToInt32(File.ReadAllBytes(file), 24));
    }

    [Fact]
    public void A_wav_file_needs_a_rate()
    {
        var context = Context with { StepsPerSecond = null };

        Assert.Equal(ErrorCodes.OptionInvalid, Assert.Throws<EdgeSeqException>(() => SinkCatalog.Open("wav:x.wav", context)).Code);
    }

    private static void Write(string name, params float[][] steps)
    {
        using var sink = SinkCatalog.Open(name, Context);
        foreach (var step in steps)
            sink.Write(new FakeOutputs([step]));
        sink.Complete();
    }
}
