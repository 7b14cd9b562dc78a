using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Simulation.Chips;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A sensor of the catalog on its simulated chip.</summary>
internal static class Bench
{
    public static ISensor Open(string name, Surroundings surroundings, double rateHz = 50, params string[] options) =>
        Open(name, new SimulatedBuses(name, surroundings), rateHz, options);

    public static ISensor Open(string name, IBuses buses, double rateHz = 50, params string[] options)
    {
        var description = SensorCatalog.All.Single(sensor => (sensor.Bus == "sensehat" ? sensor.Bus : sensor.Name) == name);
        var sensorName = new SensorName(name, 1, null, new EndpointOptions(name, options));
        return description.Open(new SensorSettings(sensorName, buses, rateHz, [.. Enumerable.Range(0, description.Channels.Count)]));
    }

    /// <summary>One sample, which must come.</summary>
    public static float[] Read(ISensor sensor)
    {
        var sample = new float[sensor.Channels.Count];
        var result = sensor.TryRead(sample);
        Assert.Equal(SampleStatus.Ok, result.Status);
        return sample;
    }
}
