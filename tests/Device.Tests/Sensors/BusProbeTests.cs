using System.Device.Spi;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Simulation.Chips;
using EdgeSeq.Device.Tests.Fixtures;

namespace EdgeSeq.Device.Tests.Sensors;

public class BusProbeTests
{
    [Theory]
    [InlineData(0x69, "i2c:mpu6050@3:0x69")]
    [InlineData(0x6A, "i2c:lsm9ds1@3:0x6a", "sensehat:3")]
    [InlineData(0x48, "i2c:tmp105@3:0x48", "i2c:ads1115@3:0x48")]
    public void What_answers_is_named_by_the_sources_that_it_can_be(int address, params string[] sources) =>
        Assert.Equal(sources, BusProbe.Answers(new OneChip(address), 3));

    [Fact]
    public void An_empty_bus_gives_nothing() => Assert.Empty(BusProbe.Answers(new EmptyBuses(121), 1));

    private sealed class OneChip(int chip) : IBuses
    {
        private readonly EmptyBuses _others = new(121);

        public I2cPort OpenI2c(int bus, int address) =>
            address == chip ? new Mpu6050Chip(address, new Surroundings()) : _others.OpenI2c(bus, address);

        public SpiDevice OpenSpi(SpiConnectionSettings settings) => _others.OpenSpi(settings);
    }
}
