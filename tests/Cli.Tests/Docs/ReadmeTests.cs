using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Docs;

public class ReadmeTests
{
    [Fact]
    public void The_library_example_is_the_code_that_is_tested_here()
    {
        var code = Between(Read("tests", "Cli.Tests", "Docs", "LibraryExample.cs"), "internal static class LibraryExample\n{\n", "\n}\n")
            .Split('\n').Select(line => line.Length == 0 ? line : line[4..]);
        var example = Between(Read("README.md"), "```csharp\nusing EdgeSeq.Runtime.Sessions;\n\n", "\n```\n");

        Assert.Equal(string.Join('\n', code), example);
    }

    [Fact]
    public void The_library_example_recognises_walking()
    {
        using var screen = new StringWriter();

        LibraryExample.Watch(Programs.Activity, Walk(seconds: 4), screen);

        var lines = screen.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4 * ActivitySimulator.RateHz, lines.Length);
        Assert.StartsWith($"step {lines.Length}: walking ", lines[^1], StringComparison.Ordinal);
    }

    private static IEnumerable<float[]> Walk(int seconds)
    {
        var simulator = new ActivitySimulator("walking", seed: 1);
        var bodyAcceleration = new float[3];
        for (var i = 0; i < seconds * ActivitySimulator.RateHz; i++)
        {
            var motion = new float[ActivitySimulator.Channels];
            simulator.Next(motion, bodyAcceleration);
            yield return motion;
        }
    }

    private static string Read(params ReadOnlySpan<string> parts) => File.ReadAllText(Path.Combine([Repository.Root, .. parts]));

    private static string Between(string text, string begin, string end)
    {
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }
}
