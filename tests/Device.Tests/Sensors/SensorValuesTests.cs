using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Simulation.Chips;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Device.Tests.Sensors;

/// <summary>Every driver on the register map of its chip: what comes out is what the chip was exposed to, in SI units, to its
/// resolution.</summary>
public class SensorValuesTests
{
    private const double G = 9.80665;
    private const double Degree = Math.PI / 180;

    private static readonly Surroundings Still = new()
    {
        Acceleration = { [0] = -3.5, [1] = 1.25, [2] = 9.5 },
        AngularRate = { [0] = 0.5, [1] = -1.5, [2] = 3 },
        Voltages = { [0] = 1.2345, [1] = 0.5, [2] = 2.5, [3] = 3.1, [7] = 0.1 },
        Temperature = -12.34,
    };

    /// <summary>Sensor, channel, what it is exposed to, half a count.</summary>
    public static TheoryData<string, string, double, double> Channels => new()
    {
        { "mpu6050", "acc_x", -3.5, G / 16384 },
        { "mpu6050", "gyro_y", -1.5, Degree / 131 },
        { "mpu6050", "temperature", -12.34, 1 / 340.0 },
        { "lsm9ds1", "acc_z", 9.5, 0.061e-3 * G },
        { "lsm9ds1", "gyro_z", 3, 8.75e-3 * Degree },
        { "lsm9ds1", "mag_z", 43e-6, 0.14e-7 },
        { "sensehat", "gyro_x", 0.5, 8.75e-3 * Degree },
        { "sensehat", "mag_x", 20e-6, 0.14e-7 },
        { "sensehat", "temperature", -12.34, 0.01 },
        { "sensehat", "humidity", 45, 0.01 },
        { "sensehat", "pressure", 101_325, 100 / 4096.0 },
        { "adxl345", "acc_y", 1.25, G / 256 },
        { "bme280", "temperature", -0.0, 13 },
        { "bme280", "pressure", 101_325, 0.125 },
        { "bme280", "humidity", 45, 0.002 },
        { "dps310", "pressure", 101_325, 0.01 },
        { "dps310", "temperature", -12.34, 1e-5 },
        { "tmp105", "temperature", -12.34, 0.0625 },
        { "vl53l0x", "distance", 0.5, 0.001 },
        { "ads1115", "a0", 1.2345, 4.096 / 32768 },
        { "ads1115", "a3", 3.1, 4.096 / 32768 },
        { "mcp3208", "ch0", 1.2345, 3.3 / 4096 },
        { "mcp3208", "ch7", 0.1, 3.3 / 4096 },
    };

    public static TheoryData<string> Names =>
    [
        .. SensorCatalog.All.Where(sensor => sensor.Bus != "w1").Select(sensor => sensor.Bus == "sensehat" ? "sensehat" : sensor.Name),
    ];

    [Theory]
    [MemberData(nameof(Channels))]
    public void A_channel_gives_what_the_chip_is_exposed_to(string name, string channel, double exposed, double count)
    {
        using var sensor = Bench.Open(name, Still);
        var sample = Bench.Read(sensor);
        var index = sensor.Channels.Select(known => known.Name).ToList().IndexOf(channel);

        Assert.Equal(exposed, sample[index], count);
    }

    [Theory]
    [InlineData("mpu6050", 2, "range=16", "gyro_range=2000")]
    [InlineData("lsm9ds1", 2, "range=16", "gyro_range=2000")]
    [InlineData("adxl345", 2, "range=4")]
    [InlineData("ads1115", 0, "range=2.048")]
    public void A_range_changes_the_resolution_and_not_the_value(string name, int channel, params string[] options)
    {
        using var usual = Bench.Open(name, Still);
        using var chosen = Bench.Open(name, Still, options: options);

        Assert.Equal(Bench.Read(usual)[channel], Bench.Read(chosen)[channel], 0.02f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_read_allocates_nothing(string name)
    {
        using var sensor = Bench.Open(name, Still);
        var sample = new float[sensor.Channels.Count];
        sensor.TryRead(sample);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            sensor.TryRead(sample);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_chip_that_is_another_or_none_is_refused(string name)
    {
        var error = Assert.Throws<SensorException>(() => Bench.Open(name, new EmptyBuses(121)));
        Assert.NotEqual(SampleStatus.Ok, error.Status);
    }
}
