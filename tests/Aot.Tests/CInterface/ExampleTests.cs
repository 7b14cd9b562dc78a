using System.Globalization;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Aot.Tests.CInterface;

/// <summary>examples/c, cpp and python, by the commands of their pages: they print what the library for .NET gives.</summary>
public sealed class ExampleTests : IDisposable
{
    private const int Streams = 4;
    private const int StepsBetweenStreams = 25;

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Targets => Target.Names;

    public void Dispose() => _folder.Dispose();

    [NativeTheory]
    [MemberData(nameof(Targets))]
    public void C_prints_the_activities(string target) => Assert.Equal(Changes(Recording()), RunPage("c", Target.Named(target)));

    [NativeTheory]
    [MemberData(nameof(Targets))]
    public void C_goes_on_from_its_state(string target)
    {
        RunPage("c", Target.Named(target));
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "examples/c/motion.csv"));
        var parts = new[] { lines[..400], lines[400..] }.Select((part, i) => _folder.Write($"{i}.csv", string.Join('\n', part) + "\n"));

        var watch = Target.Named(target).Program(_folder.File("out/watch")) with { Folder = _folder.Root };
        var printed = parts.SelectMany(part => Lines(watch.Run("models/activity/activity.eseq", part, _folder.File("state")))).ToArray();

        var whole = Changes(Recording());
        Assert.Equal(whole[..2], printed[..2]);
        Assert.Equal(whole[^1], printed[^1]);
    }

    [NativeTheory]
    [MemberData(nameof(Targets))]
    public void Cpp_follows_streams_in_threads(string target) =>
        Assert.Equal(StreamLines(), RunPage("cpp", Target.Named(target)));

    [NativeTheory]
    [MemberData(nameof(Targets))]
    public void Python_prints_the_activities(string target) =>
        Assert.Equal(Changes(Recording()), RunPage("python", Target.Named(target)));

    [NativeTheory]
    [InlineData("c")]
    [InlineData("cpp")]
    [InlineData("python")]
    public void The_page_shows_what_is_printed(string example) =>
        Assert.Equal(example == "cpp" ? StreamLines() : Changes(Recording()), Blocks(example)[2]);

    /// <summary>As the example in C++ prints them.</summary>
    private static IEnumerable<string> StreamLines() => Enumerable.Range(0, Streams)
        .Select(stream => $"stream {stream} {Last(Recording()[(stream * StepsBetweenStreams)..])}");

    /// <summary>Of each step with another label than the one before, as the example in C prints it.</summary>
    private static string[] Changes(float[][] recording)
    {
        var lines = new List<string>();
        string? shown = null;
        Follow(recording, (step, label, score) =>
        {
            if (label != shown)
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"step {step}: {label} {score:0.00}"));
            shown = label;
        });
        return [.. lines];
    }

    private static string Last(float[][] recording)
    {
        var line = "";
        Follow(recording, (step, label, score) =>
            line = string.Create(CultureInfo.InvariantCulture, $"after {step} steps: {label} {score:0.00}"));
        return line;
    }

    private static void Follow(float[][] recording, Action<long, string, float> show)
    {
        using var model = Model.Load(Path.Combine(Repository.Root, "models/activity/activity.eseq"));
        using var session = model.CreateSession();
        var scores = new float[model.Outputs[0].Length];
        foreach (var sample in recording)
        {
            Assert.True(session.Step(sample, scores));
            var top = Array.IndexOf(scores, scores.Max());
            show(session.StepCount, model.Outputs[0].Labels![top], scores[top]);
        }
    }

    private static float[][] Recording() => [.. File.ReadLines(Path.Combine(Repository.Root, "examples/c/motion.csv")).Skip(1)
        .Select(line => line.Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];

    /// <summary>The blocks of commands and outputs of the example's page: how to get the library, how to run, what it prints.</summary>
    private static string[][] Blocks(string example) =>
        [.. File.ReadAllText(Path.Combine(Repository.Root, "examples", example, "README.md")).Split("```\n")
            .Where((_, i) => i % 2 == 1).Select(Lines)];

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Does what the page says in a folder that looks like the repository, with the library already in out/.</summary>
    private string[] RunPage(string example, Target target)
    {
        foreach (var name in new[] { "examples", "models" })
            Directory.CreateSymbolicLink(_folder.File(name), Path.Combine(Repository.Root, name));
        var output = Directory.CreateDirectory(_folder.File("out")).FullName;
        foreach (var name in new[] { "libedgeseq.so", "edgeseq.h" })
            File.Copy(Path.Combine(target.LibraryFolder, name), Path.Combine(output, name));

        var commands = Blocks(example)[1].Select(line => Here(line, target));
        return Lines(new Command("bash").Run("-c", $"set -e; cd '{_folder.Root}'; {string.Join("; ", commands)}"));
    }

    /// <summary>The page's line with the compilers of the target, its emulator, and a Python with numpy.</summary>
    private static string Here(string line, Target target)
    {
        var (command, rest) = (line[..line.IndexOf(' ')], line[line.IndexOf(' ')..]);
        return command switch
        {
            "cc" => target.C + rest,
            "c++" => target.Cpp + rest,
            _ when command.StartsWith("out/", StringComparison.Ordinal) => string.Join(' ', [.. target.Start, line]),
            _ => line.Replace("python3 ", $"{string.Join(' ', target.Python.Start)} ", StringComparison.Ordinal),
        };
    }
}
