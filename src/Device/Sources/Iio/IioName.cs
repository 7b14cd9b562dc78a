using EdgeSeq.Device.Sensors;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>What the kernel calls a channel, what we call it, and how its unit becomes ours
/// (the kernel's Documentation/ABI/testing/sysfs-bus-iio).</summary>
/// <param name="Name">As our sensors call such a channel.</param>
/// <param name="Factor">Our unit ÷ the kernel's: value × Factor is in SI units.</param>
internal sealed record IioName(string Name, Quantity Quantity, double Factor)
{
    private const double TeslaPerGauss = 1e-4;

    /// <summary>The kernel's kinds of channels; the unit of those that are not here is the kernel's.</summary>
    private static readonly (string Kernel, string Name, Quantity Quantity, double Factor)[] Kinds =
    [
        ("accel", "acc", Quantity.Acceleration, 1),
        ("gravity", "gravity", Quantity.Acceleration, 1),
        ("anglvel", "gyro", Quantity.AngularRate, 1),
        ("magn", "mag", Quantity.MagneticFlux, TeslaPerGauss),
        ("temp", "temperature", Quantity.Temperature, 1e-3),
        ("pressure", "pressure", Quantity.Pressure, 1e3),
        ("humidityrelative", "humidity", Quantity.Humidity, 1e-3),
        ("voltage", "voltage", Quantity.Voltage, 1e-3),
        ("altvoltage", "altvoltage", Quantity.Voltage, 1e-3),
        ("distance", "distance", Quantity.Distance, 1),
    ];

    /// <param name="kernel">Without <c>in_</c> and <c>_raw</c>: <c>accel_x</c>, <c>voltage0</c>.</param>
    public static IioName Of(string kernel)
    {
        var kind = KindOf(kernel);
        var place = kernel[kind.Length..].Replace('-', '_');
        foreach (var (name, ours, quantity, factor) in Kinds)
        {
            if (name == kind)
                return new IioName(ours + place, quantity, factor);
        }

        return new IioName(kind + place, Quantity.Number, 1);
    }

    /// <summary>The kind in a channel's name: the letters that it begins with.</summary>
    public static string KindOf(string kernel)
    {
        var length = 0;
        while (length < kernel.Length && char.IsAsciiLetterLower(kernel[length]))
            length++;
        return kernel[..length];
    }
}
