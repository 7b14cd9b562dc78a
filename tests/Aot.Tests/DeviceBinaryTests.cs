using System.Text.Json;
using EdgeSeq.Aot.Tests.Builds;
using EdgeSeq.Aot.Tests.Machines;
using EdgeSeq.Aot.Tests.Programs;

namespace EdgeSeq.Aot.Tests;

/// <summary>What a device gets: one small file that runs on the system it finds.</summary>
public sealed class DeviceBinaryTests(ReferencePrograms programs)
{
    private const long LargestBinary = 12_000_000;
    private const long LargestCoreBinary = 5_000_000;
    private const long LargestMemory = 12_000_000;

    /// <summary>Pages that the kernel maps ahead make single runs differ by half a megabyte: the least of these is what the program
    /// takes.</summary>
    private const int MemoryRuns = 3;

    /// <summary>The smallest object has 24 bytes, so that a step that allocates shows; a run may take a few once.</summary>
    private const double LessThanAnObject = 1;
    private const int Starts = 21;

    /// <summary>Of Debian 12 and the Raspberry Pi OS made from it.</summary>
    private static readonly Version NewestGlibc = new(2, 36);

    private static readonly string[] SystemLibraries = ["libc.so.6", "libm.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"];

    public static TheoryData<string> Builds => [.. DeviceBuild.All.Select(build => build.Name)];

    public static TheoryData<string, string> SimulatedSensors => new()
    {
        { "mpu6050", "acc_x+acc_y+acc_z+gyro_x+gyro_y+gyro_z" },
        { "lsm9ds1", "acc_x+acc_y+acc_z+mag_x+mag_y+mag_z" },
        { "sensehat", "acc_x+acc_y+acc_z+temperature+humidity+pressure" },
        { "bme280", "temperature+pressure+humidity+temperature+pressure+humidity" },
        { "dps310", "pressure+temperature+pressure+temperature+pressure+temperature" },
        { "adxl345", "acc_x+acc_y+acc_z+acc_x+acc_y+acc_z" },
        { "ads1115", "a0+a1+a2+a3+a0+a1" },
        { "mcp3208", "ch0+ch1+ch2+ch3+ch4+ch5" },
        { "tmp105", "temperature+temperature+temperature+temperature+temperature+temperature" },
        { "vl53l0x", "distance+distance+distance+distance+distance+distance" },
    };

    [NativeTheory]
    [MemberData(nameof(Builds))]
    public void It_is_at_most_twelve_megabytes_and_five_without_sensors(string build)
    {
        var binary = BinaryOf(build);
        var size = new FileInfo(binary).Length;
        DeviceReport.Add($"{build}: binary {size} bytes, glibc {ElfFile.NewestGlibc(binary)} or newer");
        Assert.InRange(size, 1, build == DeviceBuild.X64Core.Name ? LargestCoreBinary : LargestBinary);
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

    /// <summary>Starting the process, loading a program, one step and its line on standard output. The time is reported, not
    /// judged.</summary>
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
        DeviceReport.Add(
            $"{DeviceBuild.X64.Name}: process start to first output {times[Starts / 2]:0.0} ms (least {times[0]:0.0} ms) of {Starts} starts");
    }

    /// <summary>Every driver on its simulated chip, through a program, in native code: which also shows that nothing of them was trimmed
    /// away.</summary>
    [NativeTheory]
    [MemberData(nameof(SimulatedSensors))]
    public void A_run_on_a_sensor_stays_within_its_memory_and_allocates_nothing(string sensor, string channels)
    {
        var edgeseq = Machine.Named("x64").Start();
        var peak = long.MaxValue;
        for (var run = 0; run < MemoryRuns; run++)
        {
            using var report = JsonDocument.Parse(edgeseq.Run(
                "run", "models/activity/activity.eseq", "--source", $"sim:{sensor},channels={channels}", "--steps", "20000", "--json"));
            peak = Math.Min(peak, report.RootElement.GetProperty("peak_rss_bytes").GetInt64());
            Assert.Equal(20_000, report.RootElement.GetProperty("sampling").GetProperty("samples").GetInt64());
            Assert.InRange(report.RootElement.GetProperty("allocated_bytes_per_step").GetDouble(), 0, LessThanAnObject);
        }

        DeviceReport.Add($"{DeviceBuild.X64.Name}: run on sim:{sensor}, peak RSS {peak / 1e6:0.0} MB");
        Assert.InRange(peak, 1, LargestMemory);
    }

    [NativeTheory, InlineData("linux-x64-core")]
    public void The_core_build_says_that_it_has_no_sensors(string build)
    {
        var (exitCode, _, errors) = new Command(BinaryOf(build))
            .TryRun("run", "models/activity/activity.eseq", "--source", "i2c:mpu6050@1");
        Assert.Equal(2, exitCode);
        Assert.Contains("ES0702", errors, StringComparison.Ordinal);
        Assert.Contains("-p:Sensors=false", errors, StringComparison.Ordinal);
    }

    private static string BinaryOf(string build) => DeviceBuild.All.Single(candidate => candidate.Name == build).Binary;
}
