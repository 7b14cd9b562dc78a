using EdgeSeq.Aot.Tests.Builds;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>What <c>apt install ./edgeseq_….deb</c> brings.</summary>
public sealed class DebianPackageTests(DebianPackage package) : IClassFixture<DebianPackage>
{
    private const long LargestPackage = 6_000_000;

    [NativeTheory, InlineData("amd64")]
    public void Lintian_finds_nothing(string architecture)
    {
        Assert.Equal(architecture, package.Field("Architecture"));
        var (exitCode, output, errors) = new Command("lintian").TryRun("--fail-on", "error,warning", "--allow-root", package.File);

        Assert.True(exitCode == 0 && output.Length == 0, output + errors);
        DeviceReport.Add($"package: {new FileInfo(package.File).Length} bytes, {package.Field("Depends")}");
        Assert.InRange(new FileInfo(package.File).Length, 1, LargestPackage);
    }

    [NativeTheory, InlineData("usr/bin/edgeseq")]
    public void It_depends_on_the_glibc_that_its_binary_needs(string binary) =>
        Assert.Contains(
            $"libc6 (>= {ElfFile.NewestGlibc(Path.Combine(package.Root, binary))})", package.Field("Depends"), StringComparison.Ordinal);

    [NativeTheory, InlineData("usr/share/edgeseq/activity.eseq")]
    public void Its_binary_runs_its_program_under_its_config_file(string program)
    {
        var edgeseq = new Command(Path.Combine(package.Root, "usr/bin/edgeseq"));
        program = Path.Combine(package.Root, program);
        var events = Path.Combine(package.Root, "events.jsonl");
        edgeseq.Run("selftest", program);
        edgeseq.Run(
            "run", program, "--config", Path.Combine(package.Root, "etc/edgeseq/edge.toml"), "--rate", "2000", "--steps", "2000",
            "--decide", "on=0.8", "--sink", $"events:{events}", "--snapshot", Path.Combine(package.Root, "state"));

        Assert.Contains("\"phase\":\"start\"", File.ReadAllText(events), StringComparison.Ordinal);
    }

    [NativeTheory]
    [InlineData("edgeseq ins", "inspect")]
    [InlineData("edgeseq run x.eseq --on-fault r", "reset")]
    [InlineData("edgeseq run x.eseq --rel", "--reload")]
    public void Bash_completes_its_commands_and_options(string line, string completion)
    {
        var word = line.Split(' ')[^1];
        var script = $"""
            source '{package.Root}/usr/share/bash-completion/completions/edgeseq'
            COMP_LINE='{line}' COMP_POINT={line.Length}
            _edgeseq '{package.Root}/usr/bin/edgeseq' '{word}'
            echo "$COMPREPLY"
            """;
        Assert.Equal(completion, new Command("bash").Run("-c", script).Trim());
    }

    [NativeTheory]
    [InlineData("lib/systemd/system/edgeseq.service")]
    [InlineData("lib/udev/rules.d/60-edgeseq.rules")]
    [InlineData("usr/lib/sysusers.d/edgeseq.conf")]
    [InlineData("usr/share/man/man1/edgeseq.1.gz")]
    [InlineData("usr/share/zsh/vendor-completions/_edgeseq")]
    [InlineData("usr/share/fish/vendor_completions.d/edgeseq.fish")]
    [InlineData("usr/share/doc/edgeseq/copyright")]
    public void It_has_all_that_a_service_and_its_user_need(string file) =>
        Assert.InRange(new FileInfo(Path.Combine(package.Root, file)).Length, 1, long.MaxValue);

    [NativeTheory, InlineData("libSystem.IO.Ports.Native.so")]
    public void Nothing_that_the_binary_does_not_load_is_published(string library) =>
        Assert.DoesNotContain(library, Directory.GetFiles(Path.GetDirectoryName(DeviceBuild.X64.Binary)!).Select(Path.GetFileName));
}
