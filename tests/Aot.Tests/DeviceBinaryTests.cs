using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Aot.Tests.Machines;
using EdgeSeq.Aot.Tests.Programs;

namespace EdgeSeq.Aot.Tests;

/// <summary>What a device gets: one small file that runs on the system it finds.</summary>
public sealed class DeviceBinaryTests(ReferencePrograms programs)
{
    private const long LargestBinary = 5_000_000;
    private const int Starts = 21;

    /// <summary>Of Debian 12 and the Raspberry Pi OS made from it.</summary>
    private static readonly Version NewestGlibc = new(2, 36);

    private static readonly string[] SystemLibraries = ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"];

    public static TheoryData<string> Builds => [.. DeviceBuild.All.Select(build => build.Name)];

    [NativeTheory]
    [MemberData(nameof(Builds))]
    public void It_is_at_most_five_megabytes(string build)
    {
        var binary = BinaryOf(build);
        var size = new FileInfo(binary).Length;
        DeviceReport.Add($"{build}: binary {size} bytes, glibc {ElfFile.NewestGlibc(binary)} or newer");
        Assert.InRange(size, 1, LargestBinary);
    }

    [NativeTheory]
    [MemberData(nameof(Builds))]
    public void It_is_stripped(string build) => Assert.False(ElfFile.HasSymbolTable(BinaryOf(build)));

    [NativeTheory]
    [MemberData(nameof(Builds))]
    public void It_needs_no_newer_system_than_Debian_12(string build)
    {
        var binary = BinaryOf(build);
        Assert.InRange(ElfFile.NewestGlibc(binary), new Version(2, 0), NewestGlibc);
        Assert.Subset(SystemLibraries.ToHashSet(), ElfFile.Libraries(binary).ToHashSet());
    }

    /// <summary>Starting the process, loading a program, one step and its line on standard output. The time is reported, not judged.</summary>
    [NativeTheory, InlineData("x64")]
    public void It_gives_its_first_output_after_one_step(string machine)
    {
        var edgeseq = Machine.Named(machine).Start();
        var program = programs.Get("har_lstm.int8").File;
        var recording = programs.NewFile(".npy");
        RecordedInputs.WriteOneStep(recording, program);
        var times = Enumerable.Range(0, Starts)
            .Select(_ => edgeseq.TimeToFirstOutput("run", program, "--source", $"npy:{recording}", "--sink", "jsonl:-"))
            .Order().ToArray();
        DeviceReport.Add($"{DeviceBuild.X64.Name}: process start to first output {times[Starts / 2]:0.0} ms (least {times[0]:0.0} ms) of {Starts} starts");
    }

    private static string BinaryOf(string build) => DeviceBuild.All.Single(candidate => candidate.Name == build).Binary;
}
