using EdgeSeq.Cli.Tests.Fixtures;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

/// <summary>Full disks, devices, links and files that change: both tools end in one line, and nothing is lost or left behind.</summary>
public sealed class FileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("run {p} --source sim:walking --steps 5 --sink jsonl:/dev/full")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink csv:/dev/full")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink npy:/dev/full")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink wav:/dev/full")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink pcm16:/dev/full")]
    [InlineData("run {p} --source sim:walking --steps 5 --decide on=0 --sink events:/dev/full")]
    [InlineData("run {p} --source sim:walking --steps 5 --json --snapshot /dev/full/state")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink jsonl:/nowhere/lines")]
    public void A_sink_that_cannot_be_written_is_one_line(string arguments) => Run(arguments).AssertError(5, "ES0603", "error ES0603");

    [Theory]
    [InlineData("run {p} --source sim:walking --steps 5")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink jsonl:-")]
    [InlineData("run {p} --source sim:walking --steps 5 --json")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink csv:-")]
    [InlineData("run {p} --source sim:walking --steps 5 --sink pcm16:-")]
    [InlineData("bench {p} --steps 50")]
    [InlineData("inspect {p}")]
    [InlineData("selftest {p}")]
    [InlineData("--help")]
    [InlineData("completions bash")]
    public void A_standard_output_that_is_full_is_one_line(string arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        var result = ToolProcess.RunInShell("edgeseq",
            arguments.Replace("{p}", Programs.Activity, StringComparison.Ordinal) + " > /dev/full");

        result.AssertError(5, "ES0603", "no space left");
    }

    [Fact]
    public void Convert_writes_to_a_device_and_leaves_it_a_device()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", "/dev/full", "--precision", "f32")
            .AssertError(5, "ES0603", "no space left");

        Assert.False(new FileInfo("/dev/full") is { Exists: true, Length: > 0 });
    }

    [Fact]
    public void An_output_that_is_the_input_is_refused()
    {
        var recording = _folder.Write("x.npy", NpyBytes.OfFloats(new float[60], 10, 6));
        var model = _folder.Write("m.onnx", File.ReadAllBytes(Programs.ActivityModel));

        Run($"run {{p}} --source npy:{recording} --sink npy:{recording}").AssertError(2, "ES0704", "same file");
        EdgeseqConvert.Run("convert", model, "-o", model).AssertError(2, "ES0704", "same file");
        Assert.Equal(File.ReadAllBytes(Programs.ActivityModel), File.ReadAllBytes(model));
    }

    [Fact]
    public void An_output_that_is_a_recording_is_refused_however_it_is_named()
    {
        var recording = _folder.Write("x.npy", NpyBytes.OfFloats(new float[60], 10, 6));
        var page = _folder.File("x.npy");

        EdgeseqConvert.Run("convert", Programs.ActivityModel, "--calibrate", $"npy:{recording}", "-o", page)
            .AssertError(2, "ES0704", "same file");
        foreach (var data in (string[])[$"npy:{recording}", recording])
        {
            EdgeseqConvert.Run("verify", Programs.ActivityModel, Programs.Activity, "--data", data, "--report", page)
                .AssertError(2, "ES0704", "same file");
        }

        Assert.Equal(NpyBytes.OfFloats(new float[60], 10, 6), File.ReadAllBytes(recording));
    }

    [Theory]
    [InlineData("--source npy:{d}/ --sink npy:{d}/motion.npy", "same file")]
    [InlineData("--source npy:{d}/ --sink npy:{d}/", "same file")]
    [InlineData("--source sim:walking --snapshot {d}/p.eseq", "same file")]
    [InlineData("--source npy:{d}/motion.npy --snapshot {d}/motion.npy", "same file")]
    [InlineData("--source sim:walking --sink csv:{d}/out --sink jsonl:{d}/out", "two sinks write to")]
    public void A_run_writes_nothing_that_it_reads_and_nothing_twice(string options, string words)
    {
        _folder.Write("motion.npy", NpyBytes.OfFloats(new float[60], 10, 6));
        var program = _folder.Write("p.eseq", File.ReadAllBytes(Programs.Activity));

        Edgeseq.Run(["run", program, "--steps", "5", .. options.Replace("{d}", _folder.File("")).Replace("//", "/").Split(' ')])
            .AssertError(2, "ES0704", words);
        Assert.Equal(File.ReadAllBytes(Programs.Activity), File.ReadAllBytes(program));
        Assert.Equal(["motion.npy", "p.eseq"], _folder.Names);
    }

    [Fact]
    public void A_full_disk_leaves_the_old_files_and_no_temporary()
    {
        using var disk = SmallDisk.TryMount(_folder.File("disk"), kilobytes: 16);
        Assert.SkipWhen(disk is null, "needs the right to mount a small file system");
        var lines = disk.Write("lines.jsonl", "old");
        var program = disk.Write("model.eseq", "old");

        Run($"run {{p}} --source sim:walking --steps 5000 --sink jsonl:{lines}").AssertError(5, "ES0603", "no space left");
        Run($"run {{p}} --source sim:walking --steps 5000 --sink npy:{disk.File("y.npy")}").AssertError(5, "ES0603", "no space left");
        EdgeseqConvert.Run("convert", Programs.ActivityModel, "-o", program).AssertError(5, "ES0603", "no space left");

        Assert.Equal(["old", "old"], new[] { lines, program }.Select(File.ReadAllText));
        Assert.Equal(["lines.jsonl", "model.eseq"], disk.Names);
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("csv")]
    [InlineData("npy")]
    [InlineData("wav")]
    [InlineData("pcm16")]
    [InlineData("events")]
    public void Each_sink_on_a_full_disk_leaves_the_old_file_and_no_temporary(string kind)
    {
        using var disk = SmallDisk.TryMount(_folder.File("disk"), kilobytes: 32);
        Assert.SkipWhen(disk is null, "needs the right to mount a small file system");
        var file = disk.Write("out", "old");
        disk.Fill();

        Run($"run {{p}} --source sim:walking --steps 5 --decide on=0 --sink {kind}:{file}").AssertError(5, "ES0603", "no space left");

        Assert.Equal("old", File.ReadAllText(file));
        Assert.Equal(["out", "rest"], disk.Names);
    }

    [Fact]
    public void A_snapshot_on_a_full_disk_is_one_line_and_the_old_one_stays()
    {
        using var disk = SmallDisk.TryMount(_folder.File("disk"), kilobytes: 16);
        Assert.SkipWhen(disk is null, "needs the right to mount a small file system");
        var state = disk.File("state");
        Assert.Equal(0, Run($"run {{p}} --source sim:walking --steps 5 --snapshot {state}").ExitCode);
        var old = File.ReadAllBytes(state);
        disk.Fill();

        var result = Run($"run {{p}} --source sim:walking --steps 5 --json --snapshot {state}");

        Assert.Equal(5, result.ExitCode);
        Assert.Equal(old, File.ReadAllBytes(File.Exists(state) ? state : state + ".previous"));
        Assert.DoesNotContain(disk.Names, name => name.EndsWith(".tmp"));
    }

    [Theory]
    [InlineData("--sink npy:/nowhere/y.npy")]
    [InlineData("--sink events:-")]
    [InlineData("--hop 9")]
    public void A_run_that_does_not_start_leaves_the_old_files_and_no_temporary(string mistake)
    {
        var lines = _folder.Write("lines.jsonl", "old");

        Assert.NotEqual(0, Run($"run {{p}} --source sim:walking --steps 5 --sink jsonl:{lines} {mistake}").ExitCode);

        Assert.Equal("old", File.ReadAllText(lines));
        Assert.Equal(["lines.jsonl"], _folder.Names);
    }

    [Fact]
    public void A_run_without_an_event_writes_an_empty_file()
    {
        var events = _folder.Write("events.jsonl", "old");

        Assert.Equal(0, Run($"run {{p}} --source sim:walking --steps 5 --sink events:{events} --decide on=2").ExitCode);

        Assert.Equal("", File.ReadAllText(events));
    }

    [Theory]
    [InlineData("empty.csv", "", "csv:{f}")]
    [InlineData("empty.txt", "a,b,c,d,e,f\n", "csv:{f}")]
    public void A_recording_without_a_step_is_one_line(string name, string content, string source)
    {
        var file = _folder.Write(name, content);

        var result = Run($"run {{p}} --source {source.Replace("{f}", file, StringComparison.Ordinal)}");
        Assert.Equal(3, result.ExitCode);
        Assert.Single(result.Err.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_model_given_to_run_is_told_to_be_converted() =>
        Edgeseq.Run("run", Programs.ActivityModel, "--source", "sim:walking").AssertError(3, "ES0101", "edgeseq-convert convert");

    [Fact]
    public void A_program_that_is_cut_short_while_it_runs_changes_nothing()
    {
        var program = _folder.Write("p.eseq", File.ReadAllBytes(Programs.Activity));
        using var process = Edgeseq.Start("run", program, "--source", "sim:walking", "--rate", "100", "--steps", "200", "--sink",
            "jsonl:-");
        var first = process.StandardOutput.ReadLine()!;
        using (var file = new FileStream(program, FileMode.Open, FileAccess.Write))
            file.SetLength(0);
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();

        Assert.Equal(0, process.ExitCode);
        var undisturbed = Edgeseq.Run("run", Programs.Activity, "--source", "sim:walking", "--steps", "200", "--sink", "jsonl:-");
        Assert.Equal(undisturbed.OutLines, lines.Prepend(first));
    }

    [Fact]
    public void Lines_before_an_error_in_the_data_are_kept()
    {
        var recording = _folder.Write("x.csv", "1,0,0,0,0,0\n1,0,0,0,0,0\n1,,0,0,0,0\n");

        var result = Run($"run {{p}} --source csv:{recording} --sink jsonl:{_folder.File("lines.jsonl")}");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(2, File.ReadAllLines(_folder.File("lines.jsonl")).Length);
    }

    private static ToolResult Run(string arguments) =>
        Edgeseq.Run([.. arguments.Split(' ').Select(argument => argument.Replace("{p}", Programs.Activity, StringComparison.Ordinal))]);
}
