using System.Text.RegularExpressions;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>packaging/docker/Dockerfile, as far as it can be checked without an engine: the rules that linters have, and its build with the
/// files that it copies and no others.</summary>
public sealed partial class DockerfileTests : IDisposable
{
    private static readonly string[] Lines = Read();

    private readonly TempFolder _folder = new();

    /// <summary>Files and folders that are copied from the repository.</summary>
    private static IEnumerable<string> Copied =>
        Arguments("COPY").Where(line => !line.StartsWith("--from=", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[..^1]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Base_images_have_a_version() => Assert.All(
        Arguments("FROM"), image => Assert.Matches(@"^mcr\.microsoft\.com/dotnet/[\w/-]+:\d+\.\d+[\w.-]*( AS \w+)?$", image));

    [Fact]
    public void What_it_copies_is_there() =>
        Assert.All(Copied, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));

    [Fact]
    public void It_installs_no_more_than_it_names_and_leaves_no_lists() => Assert.All(
        Arguments("RUN").Where(line => line.Contains("apt-get install", StringComparison.Ordinal)), line =>
        {
            Assert.Contains("--no-install-recommends", line, StringComparison.Ordinal);
            Assert.Contains("--yes", line, StringComparison.Ordinal);
            Assert.EndsWith("rm -rf /var/lib/apt/lists/*", line, StringComparison.Ordinal);
        });

    [Fact]
    public void It_starts_the_program_itself_and_not_as_root()
    {
        Assert.Matches("""^\["[^"]+"\]$""", Assert.Single(Arguments("ENTRYPOINT")));
        Assert.DoesNotMatch("^(root|0)$", Assert.Single(Arguments("USER")));
    }

    [Fact]
    public void Folders_are_absolute_and_nothing_is_added_by_address()
    {
        Assert.All(Arguments("WORKDIR"), folder => Assert.StartsWith("/", folder, StringComparison.Ordinal));
        Assert.Empty(Arguments("ADD"));
        Assert.All(Lines, line => Assert.Matches("^(FROM|RUN|COPY|WORKDIR|USER|ENTRYPOINT|CMD|LABEL|ENV|ARG) ", line));
    }

    /// <summary>The command of the image, but for the native compiler, which other tests run.</summary>
    [NativeTheory, InlineData("dotnet publish tools/edgeseq")]
    public void The_files_that_it_copies_are_enough(string command)
    {
        Assert.Contains(Arguments("RUN"), line => line.Contains(command, StringComparison.Ordinal));
        var files = new Command("git").Run(["-C", Repository.Root, "ls-files", "--", .. Copied])
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
            File.Copy(Path.Combine(Repository.Root, file), _folder.File(file));
        }

        new Command("dotnet") { Folder = _folder.Root }.Run("build", "tools/edgeseq", "-c", "Release", "-v", "quiet",
            "-p:RunAnalyzers=false", "-nodeReuse:false", "-p:UseSharedCompilation=false");
    }

    private static IEnumerable<string> Arguments(string instruction) =>
        Lines.Where(line => line.StartsWith($"{instruction} ", StringComparison.Ordinal)).Select(line => line[(instruction.Length + 1)..]);

    /// <summary>Instructions, each in one line.</summary>
    private static string[] Read()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "packaging", "docker", "Dockerfile"));
        return [.. Continuation().Replace(text, " ").Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continuation();
}
