using System.Text.Json;
using EdgeSeq.Cli.Tests.Fixtures;

namespace EdgeSeq.Cli.Tests.Runner;

public class SensorTests
{
    [Fact]
    public void Sensors_lists_every_sensor_with_a_source_string_that_run_understands()
    {
        var report = JsonDocument.Parse(Edgeseq.Run("sensors", "--json").Out).RootElement;
        var sources = report.GetProperty("sensors").EnumerateArray().Select(sensor => sensor.GetProperty("source").GetString()!).ToArray();

        Assert.Contains("i2c:mpu6050@1:0x68", sources);
        Assert.Contains("sensehat:", sources);
        var table = Edgeseq.Run("sensors").Out;
        Assert.All(sources, source => Assert.Contains(source, table, StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_on_a_simulated_sensor_reports_how_it_was_sampled()
    {
        var result = Edgeseq.Run(
            "run", Programs.Activity, "--source", "sim:mpu6050:3,units=g,faults=2000", "--steps", "5000", "--on-fault", "hold", "--json");
        var report = JsonDocument.Parse(result.Out).RootElement;
        var sampling = report.GetProperty("sampling");
        var faults = sampling.GetProperty("faults").EnumerateObject().Sum(fault => fault.Value.GetInt64());

        Assert.Equal(5000, sampling.GetProperty("samples").GetInt64());
        Assert.Equal(5000, sampling.GetProperty("ok").GetInt64() + faults);
        Assert.Equal(faults, report.GetProperty("held_steps").GetInt64() + report.GetProperty("refused_steps").GetInt64());
    }

    [Fact]
    public void A_held_step_is_marked_in_the_output()
    {
        var result = Edgeseq.Run(
            "run", Programs.Activity, "--source", "sim:mpu6050:3,units=g,faults=5000", "--steps", "2000", "--on-fault", "hold", "--sink",
            "jsonl:-");

        Assert.Contains("\"fault\":\"", result.Out, StringComparison.Ordinal);
        Assert.Contains("\"time_ns\":", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("i2c:mpu6050@250", 5, "ES0610: /dev/i2c-250: error 2 (no such file or directory)")]
    [InlineData("spi:adxl345@250.0,channels=acc_x+acc_y+acc_z+acc_x+acc_y+acc_z", 5, "ES0610: /dev/spidev250.0")]
    [InlineData("i2c:mpu6050@1,colour=red", 2,
    "there is no option 'colour'. Hint: the options are channels, units, rate, stuck, reopen, range, gyro_range")]
    [InlineData("sim:mpu6050,range=3", 2, "range must be one of 2, 4, 8, 16")]
    [InlineData("sim:mpu6050,units=furlong", 2, "there is no unit 'furlong'")]
    [InlineData("sim:mpu6050,rate=fast", 2, "rate=fast is not a number")]
    [InlineData("sim:bme280", 3, "sim:bme280 gives 3 values a sample, input 'motion' takes 6")]
    public void What_is_wrong_with_a_sensor_is_one_line(string source, int exitCode, string problem)
    {
        var result = Edgeseq.Run("run", Programs.Activity, "--source", source);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(problem, result.Err, StringComparison.Ordinal);
    }
}
