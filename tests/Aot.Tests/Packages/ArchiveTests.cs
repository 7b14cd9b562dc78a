using System.Diagnostics;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Aot.Tests.CInterface;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Aot.Tests.Packages;

/// <summary>The archives and packages of both architectures: unpacked in an empty folder, they run a model, by themselves or under
/// emulation.</summary>
public sealed class ArchiveTests : IDisposable
{
    private static readonly string Script = Path.Combine(Repository.Root, "tools", "package.sh");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [NativeTheory]
    [InlineData("amd64", "x64")]
    [InlineData("arm64", "arm64")]
    public void An_archive_runs_a_model_and_is_linked_to(string architecture, string machine)
    {
        var target = Target.Named(machine);
        var archive = new Command(Script).Run("archive", architecture, target.Build.Binary, target.Build.Library).Trim();
        Assert.Equal($"artifacts/edgeseq-{ProductVersion.Text}-linux-{machine}.tar.gz", archive);
        DeviceReport.Add($"{Path.GetFileName(archive)}: {new FileInfo(Path.Combine(Repository.Root, archive)).Length} bytes");

        var begin = Stopwatch.GetTimestamp();
        new Command("tar").Run("-xzf", archive, "-C", _folder.Root, "--strip-components=1");
        var edgeseq = target.Program(_folder.File("bin/edgeseq"));
        var first = edgeseq.TimeToFirstOutput("run", _folder.File("share/edgeseq/activity.eseq"), "--source", "sim:walking", "--steps", "1",
            "--sink", "jsonl:-");
        var whole = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        DeviceReport.Add($"archive {machine}: empty folder to first output {whole:0} ms, the last {first:0} ms of them its start");
        edgeseq.Run("selftest", _folder.File("share/edgeseq/activity.eseq"));

        var watch = _folder.File("watch");
        new Command(target.C).Run("-O2", "-I" + _folder.File("include"), "examples/c/watch.c", "-L" + _folder.File("lib"),
            "-Wl,-rpath," + _folder.File("lib"), "-ledgeseq", "-o", watch);
        Assert.Contains("step 1: standing", target.Program(watch).Run("models/activity/activity.eseq", "examples/c/motion.csv"));
    }

    /// <summary>The other one has tests of its own.</summary>
    [NativeTheory, InlineData("arm64")]
    public void A_Debian_package_runs_a_model(string architecture)
    {
        var target = Target.Named(architecture);
        var package = new Command(Script).Run(architecture, target.Build.Binary).Trim();
        DeviceReport.Add($"{Path.GetFileName(package)}: {new FileInfo(Path.Combine(Repository.Root, package)).Length} bytes");
        new Command("dpkg-deb").Run("--extract", package, _folder.Root);
        Assert.Equal(architecture, new Command("dpkg-deb").Run("--field", package, "Architecture").Trim());
        target.Program(_folder.File("usr/bin/edgeseq")).Run("selftest", _folder.File("usr/share/edgeseq/activity.eseq"));
    }

    /// <summary>Twice from the same files: the same bytes.</summary>
    [NativeTheory, InlineData("amd64")]
    public void Packages_do_not_depend_on_the_day(string architecture)
    {
        string[] Hashes() => [.. new[] { Make(architecture, []), Make("archive", [architecture]) }
            .Select(file => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))))];
        Assert.Equal(Hashes(), Hashes());
    }

    private static string Make(string kind, string[] architecture)
    {
        string[] files = kind == "archive" ? [DeviceBuild.X64.Binary, DeviceBuild.X64.Library] : [DeviceBuild.X64.Binary];
        return Path.Combine(Repository.Root, new Command(Script).Run([kind, .. architecture, .. files]).Trim());
    }
}
