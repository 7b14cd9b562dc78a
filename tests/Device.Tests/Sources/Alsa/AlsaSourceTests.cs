using System.Runtime.InteropServices;
using EdgeSeq.Device.Run;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Sources.Alsa;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources.Alsa;

/// <summary>The real library, on its plug-ins that play a file as a microphone. Its configuration is read once by a process, so all tests
/// share one.</summary>
public sealed class AlsaSourceTests : IDisposable
{
    private static readonly short[] Recording = [.. Enumerable.Range(0, 4000).Select(i => (short)(i * 7919 % 65536 - 32768))];
    private static readonly Lazy<string> Configuration = new(Configure);

    private readonly List<string> _warnings = [];

    [AlsaFact]
    public void A_microphone_gives_the_samples_of_its_recording_as_a_file_of_them_does()
    {
        var read = Read("micfile", Context(160), 4, 160);

        Assert.Equal(Recording.Take(640).Select(sample => sample / 32768f), read.SelectMany(frame => frame));
    }

    [AlsaFact]
    public void Of_two_channels_the_mean_or_one_is_taken()
    {
        Assert.Equal((Recording[0] / 32768f + Recording[1] / 32768f) / 2, Read("micfile,inputs=2", Context(160), 1, 160)[0][0]);
        Assert.Equal(Recording[1] / 32768f, Read("micfile,inputs=2,channels=ch2", Context(160), 1, 160)[0][0]);
    }

    [AlsaFact]
    public void A_rate_that_the_device_does_not_have_is_refused_with_one_that_it_has()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Open("limited,rate=2000", Context(160)));

        Assert.Equal(ErrorCodes.OptionInvalid, error.Code);
        Assert.Contains("2000 Hz", error.Message, StringComparison.Ordinal);
        Assert.Contains("rate=4000", error.Hint, StringComparison.Ordinal);
    }

    [AlsaFact]
    public void A_device_at_its_own_rate_is_converted_to_the_programs()
    {
        using var source = Open("micfile,rate=8000", Context(160));

        Assert.Equal(SourceStep.Step, source.Read(new StepInputs([Inputs.Floats(160)])));
        Assert.Equal((8000, 16000), (source.Sampling!.RateHz, source.Sampling.ConvertedRateHz));
    }

    [AlsaFact]
    public void A_device_that_ALSA_does_not_know_is_a_device_error()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Open("nothing", Context(160)));

        Assert.Equal(ErrorCodes.SensorFault, error.Code);
        Assert.Contains("'nothing'", error.Message, StringComparison.Ordinal);
    }

    [AlsaFact]
    public void A_rate_that_nobody_says_is_asked_for()
    {
        var error = Assert.Throws<EdgeSeqException>(() => Open("micfile", Inputs.Context(Inputs.Floats(160))));
        Assert.Contains("rate=16000", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Commas_of_ALSAs_names_stay_in_them()
    {
        var (device, options) = AlsaSource.Split("alsa:…", "plughw:CARD=Device,DEV=0,rate=48000,inputs=2");

        Assert.Equal("plughw:CARD=Device,DEV=0", device);
        Assert.Equal(("48000", "2"), (options.Text("rate"), options.Text("inputs")));
    }

    [Fact]
    public void Microphones_are_listed_as_source_strings()
    {
        using var folder = new TempFolder();
        var list = folder.Write("pcm", "00-00: bcm2835 Headphones : bcm2835 Headphones : playback 8\n01-00: USB Audio : USB Audio : capture 1\n");

        var found = Assert.Single(AlsaProbe.Run(list));
        Assert.Equal(["alsa:hw:1,0", "alsa:plughw:1,0"], found.Answers);
    }

    public void Dispose() => Assert.Empty(_warnings);

    private static string Configure()
    {
        var folder = Directory.CreateTempSubdirectory("edgeseq-alsa-").FullName;
        var recording = Path.Combine(folder, "recording.raw");
        File.WriteAllBytes(recording, MemoryMarshal.AsBytes<short>(Recording).ToArray());
        var file = Path.Combine(folder, "asound.conf");
        File.WriteAllText(file, $$"""
            pcm.micfile { type file slave.pcm null file /dev/null infile {{recording}} format raw }
            pcm.limited { type rate slave { pcm micfile rate 8000 } }
            """);
        Environment.SetEnvironmentVariable("ALSA_CONFIG_PATH", $"/usr/share/alsa/alsa.conf:{file}");
        _ = SetVariable("ALSA_CONFIG_PATH", $"/usr/share/alsa/alsa.conf:{file}", 1);
        return file;
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi)]
    private static extern int SetVariable(string name, string value, int overwrites);

    private static ISource Open(string device, SourceContext context)
    {
        _ = Configuration.Value;
        return SourceCatalog.Open($"alsa:{device}", context);
    }

    private static List<float[]> Read(string device, SourceContext context, int steps, int length)
    {
        using var source = Open(device, context);
        var inputs = new StepInputs([Inputs.Floats(length)]);
        var read = new List<float[]>();
        for (var i = 0; i < steps; i++)
        {
            Assert.Equal(SourceStep.Step, source.Read(inputs));
            read.Add(inputs.Floats(0).ToArray());
        }

        return read;
    }

    private SourceContext Context(int length) => Inputs.Context(Inputs.Floats(length)) with { RateHz = 100, Warn = _warnings.Add };
}
