using System.Diagnostics;
using System.Text.RegularExpressions;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>The files in packaging/ that make a service of a run.</summary>
public sealed partial class ServiceFileTests : IDisposable
{
    private const string Analyze = "/usr/bin/systemd-analyze";

    private readonly TempFolder _folder = new();

    private static string Unit => Read("edgeseq.service");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Systemd_finds_nothing_wrong_with_the_unit()
    {
        Assert.SkipUnless(File.Exists(Analyze), "needs systemd");
        var (exitCode, output) = Run("--man=no", "verify", UnitOfThisMachine());

        Assert.Equal((0, ""), (exitCode, output));
    }

    [Fact]
    public void The_unit_is_hardened()
    {
        Assert.SkipUnless(File.Exists(Analyze), "needs systemd");
        // The exposure in tenths that systemd calls OK begins at 4.9; what a sensor needs (devices, network, /sys) leaves 2.0.
        var (exitCode, output) = Run("security", "--offline=yes", "--threshold=25", "--no-pager", UnitOfThisMachine());

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void It_runs_as_a_user_of_its_own_that_the_manager_watches()
    {
        Assert.All(
            ["Type=notify", "WatchdogSec=60", "DynamicUser=yes", "CapabilityBoundingSet=", "NoNewPrivileges=yes", "ProtectSystem=strict",
                "ExecReload=/bin/kill -USR1 $MAINPID", "SuccessExitStatus=130"],
            line => Assert.Contains($"\n{line}\n", Unit, StringComparison.Ordinal));
        Assert.DoesNotContain("User=root", Unit, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_group_of_the_service_is_made_and_has_its_devices()
    {
        var groups = GroupLine().Match(Unit).Groups[1].Value.Split(' ').Order(StringComparer.Ordinal).ToArray();
        var made = Read("edgeseq.sysusers").Split('\n').Where(line => line.StartsWith("g ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1]);
        var ruled = RuleGroup().Matches(Read("edgeseq.rules")).Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(["audio", "gpio", "i2c", "iio", "spi"], groups);
        // Every Debian has audio.
        Assert.Equal(groups, made.Append("audio").Order(StringComparer.Ordinal));
        Assert.Equal(groups, ruled.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_rule_is_a_list_of_keys() =>
        Assert.All(
            Read("edgeseq.rules").Split('\n').Where(line => line.Length > 0 && line[0] != '#'), line => Assert.Matches(Rule(), line));

    [Fact]
    public void The_config_file_of_the_package_runs_as_it_is()
    {
        var config = Path.Combine(Repository.Root, "packaging", "edge.toml");
        var result = ToolProcess.RunInShell(
            "edgeseq", $"run '{Programs.Activity}' --config '{config}' --steps 60 --sink 'events:{_folder.File("events")}' --snapshot '{_folder.File("state")}'");

        Assert.True(result.ExitCode == 0, result.Err);
        Assert.Equal(["events", "state"], _folder.Names);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, "packaging", file));

    private static (int ExitCode, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Analyze, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["SYSTEMD_COLORS"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result + error);
    }

    /// <summary>The unit with a command that is installed here.</summary>
    private string UnitOfThisMachine() =>
        _folder.Write("edgeseq.service", Unit.Replace("/usr/bin/edgeseq", "/bin/true", StringComparison.Ordinal));

    [GeneratedRegex("^SupplementaryGroups=(.*)$", RegexOptions.Multiline)]
    private static partial Regex GroupLine();

    [GeneratedRegex("GROUP=\"(\\w+)\"")]
    private static partial Regex RuleGroup();

    [GeneratedRegex("^[A-Z]+(==|=|\\+=)\"[^\"]+\"(, [A-Z]+(==|=|\\+=)\"[^\"]+\")+$")]
    private static partial Regex Rule();
}
