namespace EdgeSeq.Device.Sensors;

/// <summary>What a channel measures; <see cref="Units"/> has the unit of each.</summary>
public enum Quantity
{
    Acceleration,
    AngularRate,
    MagneticFlux,
    Temperature,
    Pressure,
    Humidity,
    Voltage,
    Distance,

    /// <summary>A plain number whose unit the user knows.</summary>
    Number,
}
