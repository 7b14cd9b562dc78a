using EdgeSeq.Device.Sensors.OneWire;
using EdgeSeq.Device.Tests.Fixtures;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Tests.Sensors;

public sealed class OneWireSensorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("7f 01 4b 46 7f ff 01 10 33 : crc=33 YES\n7f 01 4b 46 7f ff 01 10 33 t=23937\n", SampleStatus.Ok, 23.937f)]
    [InlineData("5e ff 4b 46 7f ff 02 10 26 : crc=26 YES\n5e ff 4b 46 7f ff 02 10 26 t=-10125\n", SampleStatus.Ok, -10.125f)]
    [InlineData("ff ff ff ff ff ff ff ff ff : crc=c9 NO\nff ff ff ff ff ff ff ff ff t=-62\n", SampleStatus.Corrupt, 0)]
    [InlineData("50 05 4b 46 7f ff 0c 10 1c : crc=1c YES\n50 05 4b 46 7f ff 0c 10 1c t=85000\n", SampleStatus.Corrupt, 0)]
    [InlineData("7f 01 4b 46 7f ff 01 10 33 : crc=33 YES\n7f 01 4b", SampleStatus.ShortRead, 0)]
    [InlineData("", SampleStatus.ShortRead, 0)]
    public void The_kernel_s_text_is_read(string text, SampleStatus status, float degrees)
    {
        using var sensor = OneWireSensor.Open(Slave("28-0316a2795dff", text));
        var sample = new float[1];

        Assert.Equal(status, sensor.TryRead(sample).Status);
        Assert.Equal(degrees, sample[0]);
    }

    [Fact]
    public void Eighty_five_degrees_are_believed_of_a_chip_that_was_near_them()
    {
        var path = Slave("28-1", "x YES\nx t=84500");
        using var sensor = OneWireSensor.Open(path);
        var sample = new float[1];
        sensor.TryRead(sample);
        File.WriteAllText(path, "x YES\nx t=85000");

        Assert.Equal(SampleStatus.Ok, sensor.TryRead(sample).Status);
    }

    [Fact]
    public void The_only_thermometer_needs_no_identity_and_several_do()
    {
        Slave("28-1", "");
        Directory.CreateDirectory(_folder.File("w1_bus_master1"));
        Assert.Equal(_folder.File("28-1/w1_slave"), OneWireBus.Slave("", _folder.Root));
        Slave("10-2", "");

        var error = Assert.Throws<EdgeSeqException>(() => OneWireBus.Slave("", _folder.Root));
        Assert.Contains("w1:10-2, w1:28-1", error.Hint, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Slave(string identity, string text)
    {
        Directory.CreateDirectory(_folder.File(identity));
        var path = _folder.File($"{identity}/w1_slave");
        File.WriteAllText(path, text);
        return path;
    }
}
