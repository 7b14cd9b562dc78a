namespace EdgeSeq.Device.Sensors;

/// <summary>The units that programs and users may ask for. The first of a quantity is the one that sensors give.</summary>
public static class Units
{
    /// <summary>m/s², by the definition of the standard acceleration (CGPM 1901).</summary>
    public const double StandardGravity = 9.80665;

    /// <summary>Spellings of the field that mean one of the units above.</summary>
    private static readonly Dictionary<string, string> Spellings = new(StringComparer.Ordinal)
    {
        ["m/s²"] = "m/s2",
        ["m/s^2"] = "m/s2",
        ["dps"] = "deg/s",
        ["°/s"] = "deg/s",
        ["µT"] = "uT",
        ["G"] = "gauss",
        ["°C"] = "C",
        ["degC"] = "C",
        ["°F"] = "F",
        ["degF"] = "F",
        ["mbar"] = "hPa",
    };

    public static IReadOnlyList<Unit> All { get; } =
    [
        new("m/s2", Quantity.Acceleration, 1),
        new("g", Quantity.Acceleration, 1 / StandardGravity),
        new("mg", Quantity.Acceleration, 1000 / StandardGravity),
        new("rad/s", Quantity.AngularRate, 1),
        new("deg/s", Quantity.AngularRate, 180 / Math.PI),
        new("T", Quantity.MagneticFlux, 1),
        new("uT", Quantity.MagneticFlux, 1e6),
        new("gauss", Quantity.MagneticFlux, 1e4),
        new("C", Quantity.Temperature, 1),
        new("K", Quantity.Temperature, 1, 273.15),
        new("F", Quantity.Temperature, 1.8, 32),
        new("Pa", Quantity.Pressure, 1),
        new("hPa", Quantity.Pressure, 1e-2),
        new("kPa", Quantity.Pressure, 1e-3),
        new("%", Quantity.Humidity, 1),
        new("fraction", Quantity.Humidity, 1e-2),
        new("V", Quantity.Voltage, 1),
        new("mV", Quantity.Voltage, 1e3),
        new("m", Quantity.Distance, 1),
        new("cm", Quantity.Distance, 1e2),
        new("mm", Quantity.Distance, 1e3),
        new("1", Quantity.Number, 1),
    ];

    /// <summary>The unit that sensors give.</summary>
    public static Unit Of(Quantity quantity) => All.First(unit => unit.Quantity == quantity);

    /// <summary>The unit that a text names, null for none.</summary>
    public static Unit? Find(string text)
    {
        var name = Spellings.GetValueOrDefault(text, text);
        return All.FirstOrDefault(unit => unit.Name == name);
    }
}
