using System.Runtime.InteropServices;
using EdgeSeq.Device.Sources.Alsa;
using EdgeSeq.Device.Sources.Sampling;

namespace EdgeSeq.Device.Tests.Sources.Alsa;

/// <summary>What a real library cannot be made to do: overruns, suspension and unplugging.</summary>
public sealed class AlsaSamplerTests
{
    private const int BrokenPipe = -32;
    private const int Suspended = -86;
    private const int NoDevice = -19;
    private const int TryAgain = -11;

    private static readonly PcmShape Mono = new(PcmFormat.All[0], 1, 16000);
    private static readonly PcmShape Stereo = new(PcmFormat.All[0], 2, 16000);

    [Fact]
    public void Samples_come_as_they_are_and_a_device_without_any_is_waited_for()
    {
        using var sampler = Sampler(Mono, [0], new FakePcm(TryAgain, 2, TryAgain, 1));

        Assert.Equal([0, 1 / 32768f, 4 / 32768f], Read(sampler, 3).Select(sample => sample.Values[0]));
    }

    [Theory]
    [InlineData(BrokenPipe)]
    [InlineData(Suspended)]
    public void An_overrun_is_recovered_from_and_the_next_sample_says_what_was_lost(int error)
    {
        using var sampler = Sampler(Mono, [0], new FakePcm(1, error, 1));
        var samples = Read(sampler, 2);

        Assert.Equal(0, samples[0].Mark.Missed);
        Assert.InRange(samples[1].Mark.Missed, 1, 16000 * 30);
        Assert.True(samples[1].Mark.IsOk);
        Assert.Equal(1, sampler.Report.Gaps);
    }

    [Fact]
    public void Every_frame_of_a_device_that_overruns_again_and_again_is_one_sample()
    {
        const int Frames = 10_000;
        var random = new Random(1);
        var reads = new List<int>();
        while (reads.Where(read => read > 0).Sum() < Frames)
            reads.Add(random.Next(50) switch { 0 => BrokenPipe, 1 => Suspended, < 5 => TryAgain, _ => random.Next(1, 100) });
        using var sampler = Sampler(Stereo, [0], new FakePcm([.. reads]));

        var samples = Read(sampler, Frames);

        Assert.Equal(Enumerable.Range(0, Frames).Select(i => 2 * i / 32768f), samples.Select(sample => sample.Values[0]));
        Assert.Equal(reads.Zip(reads.Prepend(0)).Count(pair => pair is (BrokenPipe or Suspended, not (BrokenPipe or Suspended))),
            samples.Count(sample => sample.Mark.Missed > 0));
    }

    [Fact]
    public void A_microphone_that_is_unplugged_is_a_fault_and_is_opened_again()
    {
        var second = new FakePcm(1);
        using var sampler = Sampler(Mono, [0], new FakePcm(1, NoDevice), second);
        var samples = Read(sampler, 3);

        Assert.Equal([SampleStatus.Ok, SampleStatus.Gone, SampleStatus.Ok], samples.Select(sample => sample.Mark.Status));
        Assert.True(float.IsNaN(samples[1].Values[0]));
        Assert.Equal(1, sampler.Report.Reopened);
    }

    [Fact]
    public void Channels_are_chosen_or_mixed()
    {
        using var sampler = Sampler(Stereo, [1, 0, AlsaSampler.Mix], new FakePcm(1));

        Assert.Equal([1 / 32768f, 0, 0.5f / 32768f], Read(sampler, 1)[0].Values);
    }

    [Fact]
    public void A_stop_ends_the_wait()
    {
        using var stop = new StopSignal();
        using var sampler = new AlsaSampler(new FakePcm(), () => new FakePcm(), Mono, [0], Settings(stop));
        using var timer = new Timer(_ => stop.Set(), null, 100, Timeout.Infinite);

        Assert.False(sampler.TryNext(new float[1], out _));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var sampler = Sampler(Mono, [0], new FakePcm([.. Enumerable.Repeat(10, 101)]));
        var sample = new float[1];
        sampler.TryNext(sample, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            sampler.TryNext(sample, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static SamplerSettings Settings(StopSignal stop) => new()
    {
        Source = "alsa:test",
        RateHz = 16000,
        IsPaced = true,
        ReopenAfter = 1,
        StuckAfter = 0,
        Warn = _ => { },
        Stop = stop,
    };

    private static AlsaSampler Sampler(PcmShape shape, IReadOnlyList<int> selected, FakePcm pcm, FakePcm? next = null) =>
        new(pcm, () => next ?? throw new InvalidOperationException(), shape, selected, Settings(new StopSignal()));

    private static List<(float[] Values, SampleMark Mark)> Read(AlsaSampler sampler, int count)
    {
        var samples = new List<(float[], SampleMark)>();
        for (var i = 0; i < count; i++)
        {
            var values = new float[sampler.Channels];
            Assert.True(sampler.TryNext(values, out var mark));
            samples.Add((values, mark));
        }

        return samples;
    }

    /// <summary>A device whose reads give so many frames or an error, one after another, then nothing; sample k of all is k.</summary>
    private sealed class FakePcm(params int[] reads) : IPcm
    {
        private int _read;
        private short _sample;

        public int Read(Span<byte> bytes)
        {
            var result = _read < reads.Length ? reads[_read++] : TryAgain;
            var samples = MemoryMarshal.Cast<byte, short>(bytes);
            for (var i = 0; i < result * 2 && i < samples.Length; i++)
                samples[i] = _sample++;
            return result;
        }

        public int Wait(int milliseconds)
        {
            Thread.Sleep(1);
            return 1;
        }

        public int Recover(int error)
        {
            Thread.Sleep(5);
            return 0;
        }

        public void Dispose()
        {
        }
    }
}
