using System.Diagnostics;
using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.ConvertTool;

/// <summary>What a conversion leaves behind however it ends.</summary>
public sealed class ConvertProcessTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Output => _folder.File("out.eseq");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_conversion_that_is_killed_leaves_the_old_file_or_the_whole_new_one() => Kill(times: 5, seed: 1);

    /// <summary>Takes half an hour and more, and is run by name only: docs/reliability.md says how.</summary>
    [Fact(Explicit = true)]
    public void A_conversion_that_is_killed_a_thousand_times_leaves_the_old_file_or_the_whole_new_one() => Kill(times: 1000, seed: 2);

    [Fact]
    public void The_worker_dies_with_its_parent()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        using var parent = Start(Output);
        var worker = WorkerOf(parent.Id);
        parent.Kill();
        parent.WaitForExit();
        Assert.True(SpinWait.SpinUntil(() => !IsAlive(worker), TimeSpan.FromSeconds(10)), $"worker {worker} lives on");
    }

    [Fact]
    public void A_full_disk_leaves_the_old_program_and_no_temporary()
    {
        using var disk = SmallDisk.TryMount(_folder.File("disk"), kilobytes: 32);
        Assert.SkipWhen(disk is null, "needs the right to mount");
        var old = disk.Write("out.eseq", "old");
        disk.Write("others", new string('x', 20_000));

        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", old).AssertError(5, "ES0603", old);

        Assert.Equal(["others", "out.eseq"], disk.Names);
        Assert.Equal("old", File.ReadAllText(old));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--explain")]
    public void A_standard_output_that_is_full_is_one_line(string option)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        var result = ToolProcess.RunInShell("edgeseq-convert", $"convert '{Programs.ActivityModel}' -o '{Output}' {option} > /dev/full");
        Assert.Equal(5, result.ExitCode);
        Assert.StartsWith("error ES06", Assert.Single(result.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    private static Process Start(string output) =>
        ToolProcess.Start("edgeseq-convert", ["convert", Programs.ActivityModel, "-o", output]);

    private static int WorkerOf(int parent)
    {
        int? found = null;
        Assert.True(SpinWait.SpinUntil(() => (found = ToolProcess.WorkerOf(parent)) is not null, TimeSpan.FromSeconds(20)),
            "no worker was started");
        return found!.Value;
    }

    /// <summary>A process that ended and waits for its status to be read is not.</summary>
    private static bool IsAlive(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Kill(int times, int seed)
    {
        var whole = EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", Output);
        Assert.Equal(0, whole.ExitCode);
        var program = File.ReadAllBytes(Output);
        byte[] old = [1, 2, 3];
        var random = new Random(seed);
        var took = Stopwatch.StartNew();
        using (var full = Start(Output))
            full.WaitForExit();

        var longest = (int)took.ElapsedMilliseconds;
        for (var i = 0; i < times; i++)
        {
            File.WriteAllBytes(Output, old);
            using var process = Start(Output);
            Thread.Sleep(random.Next(longest));
            process.Kill(entireProcessTree: i % 2 == 0);
            process.WaitForExit();
            var left = File.ReadAllBytes(Output);
            Assert.True(left.AsSpan().SequenceEqual(old) || left.AsSpan().SequenceEqual(program), $"kill {i} left {left.Length} bytes");
        }
    }
}
