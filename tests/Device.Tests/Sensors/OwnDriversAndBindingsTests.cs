using System.Device.Spi;
using System.Numerics;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Simulation.Chips;
using EdgeSeq.Device.Tests.Fixtures;
using Iot.Device.Adxl345;
using Iot.Device.Imu;
using Iot.Device.Lm75;
using Iot.Device.Lsm9Ds1;
using Iot.Device.Vl53L0X;

namespace EdgeSeq.Device.Tests.Sensors;

/// <summary>Why a driver of our own stands where Iot.Device.Bindings has one: both on the same register map.</summary>
public class OwnDriversAndBindingsTests
{
    private const float G = (float)Units.StandardGravity;

    private readonly Surroundings _still = new() { AngularRate = { [0] = 1, [1] = -2, [2] = 0.5 }, Temperature = 21.5625 };

    [Fact]
    public void The_MPU6050_of_the_bindings_gives_the_same_but_for_its_rounded_gravity()
    {
        var chip = new Mpu6050Chip(0x68, _still);
        using var binding = new Mpu6050(chip);
        using var own = Bench.Open("mpu6050", _still);
        var sample = Bench.Read(own);

        AssertClose(sample, binding.GetAccelerometer() * (G / 9.807f), 1e-5f);
        AssertClose(sample.AsSpan(3), binding.GetGyroscopeReading() * (MathF.PI / 180), 1e-5f);
    }

    [Fact]
    public void The_MPU6050_of_the_bindings_shrinks_values_with_the_sample_rate_divider()
    {
        using var binding = new Mpu6050(new Mpu6050Chip(0x68, _still));
        var before = binding.GetAccelerometer().Z;
        binding.SampleRateDivider = 9;

        Assert.Equal(before / 10, binding.GetAccelerometer().Z, 1e-4f);
    }

    [Fact]
    public void The_MPU6050_of_the_bindings_takes_eight_transfers_a_sample_and_ours_one()
    {
        var port = new CountingPort(new Mpu6050Chip(0x68, _still));
        using var binding = new Mpu6050(port);
        var atStart = port.Transfers;
        binding.GetAccelerometer();
        binding.GetGyroscopeReading();
        Assert.Equal(8, port.Transfers - atStart);

        using var own = Bench.Open("mpu6050", new OnePort(port));
        atStart = port.Transfers;
        Bench.Read(own);
        Assert.Equal(1, port.Transfers - atStart);
    }

    [Fact]
    public void The_ADXL345_of_the_bindings_is_eight_times_as_coarse_at_16_g()
    {
        _still.Acceleration[0] = 0.05 * G;
        var settings = new SpiConnectionSettings(0, 0);
        using var binding = new Adxl345(new Adxl345Chip(settings, _still), GravityRange.Range16);
        using var own = Bench.Open("adxl345", _still);

        Assert.Equal(2 / 32f, binding.Acceleration.X);
        Assert.Equal(0.05f * G, Bench.Read(own)[0], G / 512);
    }

    [Fact]
    public void The_LM75_of_the_bindings_rounds_to_a_tenth_of_a_degree_and_ours_keeps_a_sixteenth()
    {
        using var own = Bench.Open("tmp105", _still);
        using var binding = new Lm75(new Tmp105Chip(0x48, _still));

        Assert.Equal(21.5625f, Bench.Read(own)[0]);
        Assert.Equal(21.5, binding.Temperature.DegreesCelsius, 1e-9);
    }

    [Fact]
    public void The_gyroscope_of_the_bindings_LSM9DS1_reads_14_percent_low_and_its_acceleration_agrees()
    {
        var chip = new Lsm9ds1Chip(0x6B, _still);
        using var binding = new Lsm9Ds1AccelerometerAndGyroscope(chip);
        using var own = Bench.Open("lsm9ds1", _still);
        var sample = Bench.Read(own);

        AssertClose(sample, binding.Acceleration * G, 1e-2f);
        Assert.Equal(1.0, sample[3], 1e-3);
        Assert.Equal(0.859, binding.AngularRate.X * MathF.PI / 180, 1e-3);
    }

    [Fact]
    public void The_magnetometer_of_the_bindings_LSM9DS1_reads_13_percent_low()
    {
        using var binding = new Lsm9Ds1Magnetometer(new Lsm9ds1MagnetometerChip(0x1E, _still));
        using var own = Bench.Open("lsm9ds1", _still);

        Assert.Equal(43e-6, Bench.Read(own)[8], 2e-8);
        Assert.Equal(37.5e-6, binding.MagneticInduction.Z * 1e-4, 1e-7);
    }

    [Fact]
    public void The_VL53L0X_of_the_bindings_gives_the_same_and_allocates_for_each_read()
    {
        using var own = Bench.Open("vl53l0x", _still);
        using var binding = new Vl53L0X(new Vl53l0xChip(0x29, _still));
        binding.StartContinuousMeasurement();
        Assert.Equal(Bench.Read(own)[0], binding.DistanceContinuous / 1000f);

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = binding.DistanceContinuous;
        Assert.NotEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertClose(ReadOnlySpan<float> sample, Vector3 expected, float tolerance)
    {
        for (var axis = 0; axis < 3; axis++)
            Assert.Equal(expected[axis], sample[axis], tolerance * Math.Max(1, Math.Abs(expected[axis])));
    }

    private sealed class OnePort(I2cPort port) : IBuses
    {
        public I2cPort OpenI2c(int bus, int address) => port;

        public SpiDevice OpenSpi(SpiConnectionSettings settings) => throw new NotSupportedException();
    }
}
