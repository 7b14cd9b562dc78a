using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Examples;

/// <summary>Each example's one command prints what its page shows. To write that again, run this class with
/// <c>EDGESEQ_UPDATE_DOCS=1</c>.</summary>
public class ExampleTests
{
    private static readonly string[] Least =
        ["activity", "anomaly", "aspnet", "custom-sensor", "denoise", "robot-policy", "text", "tone", "voice"];

    /// <summary>Those that begin with a command of this repository's tools and projects; programs in other languages have tests of
    /// their own.</summary>
    public static TheoryData<string> Names => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "examples"))
        .Select(folder => Path.GetFileName(folder)!).Where(name => new ExamplePage(name).IsRunByDotnet).Order(StringComparer.Ordinal)];

    [Fact]
    public void None_of_the_examples_is_left_out() => Assert.Subset(Names.Select(row => row.Data).ToHashSet(), Least.ToHashSet());

    [Theory]
    [MemberData(nameof(Names))]
    public void The_command_prints_what_the_page_shows(string name)
    {
        var page = new ExamplePage(name);
        using var shell = new ExampleShell(name);

        var result = shell.Type(page.Command);

        Assert.True(result.ExitCode == 0, result.Err);
        if (Environment.GetEnvironmentVariable("EDGESEQ_UPDATE_DOCS") == "1")
            page.Update(result.Out);
        Assert.Equal(page.Printed, result.Out);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_program_is_made_as_the_page_says(string name)
    {
        var page = new ExamplePage(name);
        if (page.Making is not { } making)
            return;
        using var shell = new ExampleShell(name);
        foreach (var program in Directory.GetFiles(shell.File($"examples/{name}"), "*.eseq"))
            File.Delete(program);

        var made = shell.Type(making);
        var result = shell.Type(page.Command);

        Assert.True(made.ExitCode == 0, made.Err);
        Assert.True(result.ExitCode == 0, result.Err);
        Assert.Equal(page.Printed, result.Out);
    }

    [Fact]
    public void The_noise_remover_takes_noise_away()
    {
        using var shell = new ExampleShell("denoise");
        shell.Type(new ExamplePage("denoise").Command);

        var clean = Samples("clean.wav");
        double before = SignalToNoise(clean, Samples("noisy.wav")), after = SignalToNoise(clean, Samples("denoised.wav"));

        Assert.InRange(before, 3, 7);
        Assert.True(after > before + 3, $"{after:0.0} dB after {before:0.0} dB");

        double[] Samples(string name) => ReadWav(shell.File(name == "denoised.wav" ? name : $"examples/denoise/{name}"));
    }

    /// <summary>In dB, where the second is as late as it fits best, within one frame, and of the gain that fits best.</summary>
    private static double SignalToNoise(double[] clean, double[] other)
    {
        var best = double.NegativeInfinity;
        for (var late = 0; late <= 256; late++)
        {
            var count = Math.Min(clean.Length, other.Length - late);
            double product = 0, power = 0, all = 0;
            for (var i = 0; i < count; i++)
            {
                product += clean[i] * other[i + late];
                power += clean[i] * clean[i];
                all += other[i + late] * other[i + late];
            }

            var signal = product * product / power;
            best = Math.Max(best, 10 * Math.Log10(signal / (all - signal)));
        }

        return best;
    }

    private static double[] ReadWav(string path) =>
        [.. File.ReadAllBytes(path)[44..].Chunk(2).Select(pair => BitConverter.ToInt16(pair) / 32768.0)];
}
