using System.Text.RegularExpressions;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Examples;

/// <summary>An example's README: the first shell block is its command, the text block behind it what that prints, and a second shell
/// block how its program was made.</summary>
internal sealed partial class ExamplePage(string name)
{
    private const string Run = "dotnet run --project ";

    private readonly string _path = Path.Combine(Repository.Root, "examples", name, "README.md");

    public bool IsRunByDotnet =>
        File.Exists(_path) && Blocks("sh").FirstOrDefault()?.Groups["content"].Value.StartsWith(Run, StringComparison.Ordinal) == true;

    public string Command => Block("sh", 0);

    public string Printed => Block("text", 0);

    /// <summary>Null for one that has no program of its own.</summary>
    public string? Making => Blocks("sh").Count() > 1 ? Block("sh", 1) : null;

    /// <summary>Writes what the command prints into the page.</summary>
    public void Update(string printed)
    {
        var text = File.ReadAllText(_path);
        var block = Blocks("text").First();
        File.WriteAllText(_path, text[..block.Index] + $"```text\n{printed}```\n" + text[(block.Index + block.Length)..]);
    }

    private string Block(string language, int index) => Blocks(language).ElementAt(index).Groups["content"].Value;

    private IEnumerable<Match> Blocks(string language) =>
        Fence().Matches(File.ReadAllText(_path)).Where(match => match.Groups["language"].Value == language);

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<content>(?s:.*?))^```\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();
}
