using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Tests.Sensors;

public class BindingSensorTests
{
    [Fact]
    public void A_driver_that_cannot_reach_its_chip_is_closed_all_the_same()
    {
        var port = new MemoryStream();
        var sensor = new BindingSensor(new Farewell(), [], _ => { }, port);

        sensor.Dispose();

        Assert.False(port.CanRead);
    }

    /// <summary>Writes to the bus when it is disposed, as the binding of the ADS1115 does.</summary>
    private sealed class Farewell : IDisposable
    {
        public void Dispose() => throw new IOException("error 19");
    }
}
