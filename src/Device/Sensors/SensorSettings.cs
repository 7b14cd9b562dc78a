using EdgeSeq.Device.Sensors.Buses;

namespace EdgeSeq.Device.Sensors;

/// <summary>What a sensor is opened with.</summary>
/// <param name="Name">Bus, address and options.</param>
/// <param name="Buses">Gives the ports.</param>
/// <param name="RateHz">Samples a second that it will be asked for; drivers set data rate and filters by it.</param>
/// <param name="Channels">Indexes of the channels that are wanted, for sensors that measure one after another.</param>
public sealed record SensorSettings(SensorName Name, IBuses Buses, double RateHz, IReadOnlyList<int> Channels);
