using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>The version that follows from tags, in a small repository with the build files of this one.</summary>
public sealed class VersionTests : IDisposable
{
    private readonly TempFolder _repository = new();

    public VersionTests()
    {
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "stylecop.json" })
            File.Copy(Path.Combine(Repository.Root, file), _repository.File(file));
        Directory.CreateDirectory(_repository.File("packaging/build"));
        File.Copy(Path.Combine(Repository.Root, "packaging/build/common.sh"), _repository.File("packaging/build/common.sh"));
        Directory.CreateDirectory(_repository.File("packaging/debian"));
        File.Copy(Path.Combine(Repository.Root, "packaging/debian/changelog"), _repository.File("packaging/debian/changelog"));
        Directory.CreateDirectory(_repository.File("src/Runtime"));
        _repository.Write("src/Runtime/Runtime.csproj", """<Project Sdk="Microsoft.NET.Sdk" />""");
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void An_archive_of_the_sources_has_the_version_before_the_first() =>
        Assert.Equal("0.1.0-dev as 0.1.0~dev", Version());

    [Fact]
    public void A_tag_is_the_version_of_its_commit()
    {
        Commit();
        Assert.Equal("0.1.0-dev as 0.1.0~dev", Version());
        Git("tag", "v1.2.3");
        Assert.Equal("1.2.3 as 1.2.3", Version());
    }

    [Fact]
    public void A_commit_after_a_release_makes_no_packages_until_a_tag_says_what_comes_next()
    {
        Commit();
        Git("tag", "v1.2.3");
        Commit();

        var (exitCode, _, errors) = Script();
        Assert.Equal((1, "this commit is past the tag v1.2.3: tag what comes next, for example v1.2.4-dev\n"), (exitCode, errors));

        Git("tag", "v1.2.4-dev");
        Assert.Equal("1.2.4-dev as 1.2.4~dev", Version());
    }

    private string Version()
    {
        var (exitCode, output, errors) = Script();
        Assert.Equal((0, ""), (exitCode, errors));
        return output.Trim();
    }

    private (int ExitCode, string Output, string Errors) Script() =>
        new Command("bash") { Folder = _repository.Root }
            .TryRun("-euc", ". packaging/build/common.sh; echo \"$version as $debian_version\"");

    private void Commit()
    {
        Git("init", "--quiet");
        Git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--allow-empty", "--message", "a commit");
    }

    private void Git(params ReadOnlySpan<string> arguments) => new Command("git") { Folder = _repository.Root }.Run(arguments);
}
