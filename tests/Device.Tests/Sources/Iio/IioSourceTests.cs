using System.Buffers.Binary;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Sources.Iio;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sources.Iio;

public sealed class IioSourceTests : IDisposable
{
    private readonly IioTree _tree = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Polled_values_are_scaled_and_in_SI_units_under_our_names()
    {
        _tree.Set("in_accel_x_raw", "-100").Set("in_accel_y_raw", "50").Set("in_accel_scale", "0.01").Set("in_accel_y_offset", "10")
            .Set("in_temp_raw", "100").Set("in_temp_offset", "1000").Set("in_temp_scale", "20").Set("in_pressure_input", "101.3")
            .Set("in_magn_z_raw", "5").Set("in_magn_z_scale", "0.1").Set("in_voltage0_raw", "2048").Set("in_voltage_scale", "0.5");
        var values = Read("acc_x+acc_y+temperature+pressure+mag_z+voltage0", 6, 1).Single();

        Assert.Equal([-1, 0.6f, 22, 101300, 5e-5f, 1.024f], values, new Near());
    }

    [Fact]
    public void Units_that_are_asked_for_are_given()
    {
        _tree.Set("in_accel_x_raw", "980665").Set("in_accel_scale", "0.00001");
        Assert.Equal([1f], Read("acc_x,units=g", 1, 1).Single(), new Near());
    }

    [Fact]
    public void Scans_are_decoded_in_the_order_of_their_indexes_with_alignment_and_time()
    {
        Imu().Scans([.. Scan(1, 2, 3, 1_000_000_000), .. Scan(-1, -2, -3, 1_010_000_000)]);
        var (steps, marks) = ReadScans("acc_y+acc_x+gyro_z", 3);

        Assert.Equal([[0.02f, 0.01f, 3f], [-0.02f, -0.01f, -3f]], steps.Select(step => step.ToArray()), new NearArrays());
        Assert.Equal([1_000_000_000, 1_010_000_000], marks.Select(mark => mark.Timestamp));
    }

    [Fact]
    public void Only_the_elements_that_are_wanted_are_switched_on()
    {
        Imu().Scans();
        Open("acc_x", 1, ",mode=buffered,buffer=64,watermark=8,trigger=clock0").Dispose();

        Assert.Equal("1", _tree.Get("scan_elements/in_accel_x_en"));
        Assert.Equal("0", _tree.Get("scan_elements/in_accel_y_en"));
        Assert.Equal("1", _tree.Get("scan_elements/in_timestamp_en"));
        Assert.Equal(("64", "8"), (_tree.Get("buffer/length"), _tree.Get("buffer/watermark")));
        Assert.Equal("clock0", _tree.Get("trigger/current_trigger"));
        Assert.Equal("100", _tree.Get("sampling_frequency"));
        Assert.Equal("monotonic", _tree.Get("current_timestamp_clock"));
        Assert.Equal("0", _tree.Get("buffer/enable"));
    }

    [Fact]
    public void A_gap_in_the_times_is_marked_and_counted()
    {
        Imu().Scans([.. Scan(1, 2, 3, 1_000_000_000), .. Scan(1, 2, 3, 1_050_000_000), .. Scan(1, 2, 3, 1_060_000_000)]);
        var (_, marks) = ReadScans("acc_y+acc_x+gyro_z", 3);

        Assert.Equal([0, 4, 0], marks.Select(mark => mark.Missed));
    }

    [Fact]
    public async Task A_scan_that_comes_in_parts_is_put_together()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a named pipe");
        Imu();
        System.Diagnostics.Process.Start("mkfifo", [_tree.Node]).WaitForExit();
        byte[] bytes = [.. Scan(1, 2, 3, 1_000_000_000), .. Scan(4, 5, 6, 1_010_000_000)];
        var context = Context(3);
        using var source = IioSource.Open("iio:imu", "imu,channels=acc_x+acc_y+gyro_z,mode=buffered", context, _tree.Paths);
        using var pipe = new FileStream(_tree.Node, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var cancel = TestContext.Current.CancellationToken;
        var writer = Task.Run(
            () =>
            {
                foreach (var part in bytes)
                {
                    pipe.Write([part]);
                    Thread.Sleep(1);
                }
            },
            cancel);
        var inputs = new StepInputs(context.Inputs);
        source.Read(inputs);
        var first = inputs.Floats(0).ToArray();
        source.Read(inputs);

        Assert.Equal([0.01f, 0.02f, 3f], first, new Near());
        Assert.Equal([0.04f, 0.05f, 6f], inputs.Floats(0).ToArray(), new Near());
        await writer;
    }

    [Fact]
    public void A_device_that_is_silent_is_a_fault_and_a_stop_ends_the_wait()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a named pipe");
        Imu();
        System.Diagnostics.Process.Start("mkfifo", [_tree.Node]).WaitForExit();
        var context = Context(3);
        using var source = IioSource.Open("iio:imu", "imu,channels=acc_x+acc_y+gyro_z,mode=buffered", context, _tree.Paths);
        using var pipe = new FileStream(_tree.Node, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var inputs = new StepInputs(context.Inputs);

        Assert.Equal(SourceStep.Step, source.Read(inputs));
        Assert.Equal(SampleStatus.TimedOut, inputs.Mark.Status);
        using var timer = new Timer(_ => context.Stop.Set(), null, 100, Timeout.Infinite);
        Assert.Equal(SourceStep.End, source.Read(inputs));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        Imu().Scans([.. Enumerable.Range(0, 1000).SelectMany(i => Scan((short)i, 2, 3, 1_000_000_000 + i * 10_000_000L))]);
        var context = Context(3);
        using var source = IioSource.Open("iio:imu", "imu,channels=acc_x+acc_y+gyro_z,mode=buffered", context, _tree.Paths);
        var inputs = new StepInputs(context.Inputs);
        source.Read(inputs);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 1000; i++)
            source.Read(inputs);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_malformed_format_is_refused_with_its_place()
    {
        Imu().Set("scan_elements/in_accel_x_type", "le:s17/16>>0");
        var error = Assert.Throws<EdgeSeqException>(() => Open("acc_x", 1, ""));

        Assert.Equal(ErrorCodes.SensorFault, error.Code);
        Assert.Contains("in_accel_x_type", error.Message, StringComparison.Ordinal);
        Assert.Contains("le:s17/16>>0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_is_said_with_those_that_are()
    {
        var error = Assert.Throws<EdgeSeqException>(() => IioSource.Open("iio:other", "other", Context(1), _tree.Paths));

        Assert.Equal(ErrorCodes.BusUnusable, error.Code);
        Assert.Contains("iio:imu", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_found_by_its_number_too()
    {
        _tree.Set("in_accel_x_raw", "1");
        IioSource.Open("iio:0", "0", Context(1), _tree.Paths).Dispose();
        IioSource.Open("iio:iio:device0", "iio:device0", Context(1), _tree.Paths).Dispose();
    }

    [Fact]
    public void Devices_are_listed_with_their_channels()
    {
        Imu();
        Assert.Equal("iio:imu,channels=acc_x+acc_y+gyro_z", Assert.Single(Assert.Single(IioProbe.Run(_tree.Paths)).Answers));
    }

    /// <summary>Two bytes each for x and y, four for z behind them, eight for the time.</summary>
    private static byte[] Scan(short x, short y, int z, long time)
    {
        var scan = new byte[16];
        BinaryPrimitives.WriteInt16LittleEndian(scan, x);
        BinaryPrimitives.WriteInt16BigEndian(scan.AsSpan(2), y);
        BinaryPrimitives.WriteInt32LittleEndian(scan.AsSpan(4), z << 8);
        BinaryPrimitives.WriteInt64LittleEndian(scan.AsSpan(8), time);
        return scan;
    }

    private IioTree Imu() => _tree
        .Element("accel_x", 0, "le:s16/16>>0").Element("accel_y", 1, "be:s16/16>>0").Element("anglvel_z", 2, "le:s24/32>>8")
        .Element("timestamp", 3, "le:s64/64>>0").Set("in_accel_scale", "0.01").Set("in_accel_x_raw", "0").Set("in_accel_y_raw", "0")
        .Set("in_anglvel_z_raw", "0").Set("in_anglvel_scale", "1").Set("sampling_frequency", "100")
        .Set("current_timestamp_clock", "realtime");

    private SourceContext Context(int length) => Inputs.Context(Inputs.Floats(length)) with { RateHz = 100, Warn = _warnings.Add };

    private ISource Open(string channels, int length, string options) =>
        IioSource.Open($"iio:imu,channels={channels}{options}", $"imu,channels={channels}{options}", Context(length), _tree.Paths);

    private List<float[]> Read(string channels, int length, int steps)
    {
        using var source = Open(channels, length, ",mode=polled");
        var inputs = new StepInputs([Inputs.Floats(length)]);
        var read = new List<float[]>();
        for (var i = 0; i < steps; i++)
        {
            source.Read(inputs);
            Assert.True(inputs.Mark.IsOk);
            read.Add(inputs.Floats(0).ToArray());
        }

        return read;
    }

    private (List<float[]> Steps, List<SampleMark> Marks) ReadScans(string channels, int length)
    {
        using var source = Open(channels, length, ",mode=buffered");
        var inputs = new StepInputs([Inputs.Floats(length)]);
        var (steps, marks) = (new List<float[]>(), new List<SampleMark>());
        while (source.Read(inputs) == SourceStep.Step)
        {
            steps.Add(inputs.Floats(0).ToArray());
            marks.Add(inputs.Mark);
        }

        return (steps, marks);
    }

    private sealed class Near : IEqualityComparer<float>
    {
        public bool Equals(float x, float y) => Math.Abs(x - y) <= 1e-6f * Math.Max(1e-3f, Math.Abs(x));

        public int GetHashCode(float obj) => 0;
    }

    private sealed class NearArrays : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? x, float[]? y) => x!.SequenceEqual(y!, new Near());

        public int GetHashCode(float[] obj) => 0;
    }
}
