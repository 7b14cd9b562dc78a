using System.Globalization;
using EdgeSeq.FleetDemo;

namespace EdgeSeq.Fleet.Tests.Hosting;

public class DemoTests
{
    [Fact]
    public async Task A_fleet_of_two_silos_steps_all_that_its_sensors_measure()
    {
        await using var fleet = await DemoFleet.Start(new DemoSettings(Streams: 300, Silos: 2, Seconds: 1.2, Port: 0));
        var summary = await fleet.Run(TestContext.Current.CancellationToken);
        Assert.Equal((2, 0), (summary.Shards, summary.Faults));
        Assert.Equal(summary.Steps, summary.Outputs);
        Assert.InRange(summary.Steps, 300 * 25, 300 * 25 * 5);
        Assert.Contains($"{summary.Steps.ToString("N0", CultureInfo.InvariantCulture)} steps", summary.ToText(), StringComparison.Ordinal);
    }
}
