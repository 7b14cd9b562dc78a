using System.Globalization;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sensors;

/// <summary>A sensor as a user writes it after the kind: <c>mpu6050@1:0x68,range=4</c> or <c>adxl345@0.0</c>.</summary>
/// <param name="Name">The name in the catalog.</param>
/// <param name="Bus">Number of the bus.</param>
/// <param name="Place">I2C address or SPI chip select, null where none is given.</param>
/// <param name="Options">The rest.</param>
public sealed record SensorName(string Name, int Bus, int? Place, EndpointOptions Options)
{
    private const int UsualBus = 1;
    private const string Hint =
        "i2c:SENSOR@BUS[:ADDRESS][,key=value], as in i2c:mpu6050@1:0x68, or spi:SENSOR@BUS.CHIP, as in spi:adxl345@0.0";

    /// <param name="source">The whole source string, for messages.</param>
    /// <param name="rest">What follows the kind's colon.</param>
    /// <param name="separator">Stands between bus and place: ':' for I2C, '.' for SPI.</param>
    /// <exception cref="EdgeSeqException">ES0702 where the text is not of that form; ES0704 for a malformed option.</exception>
    public static SensorName Parse(string source, string rest, char separator)
    {
        var parts = rest.Split(',');
        var at = parts[0].IndexOf('@');
        if (at <= 0)
            throw Malformed($"source '{source}' does not say which bus");
        var place = parts[0][(at + 1)..].Split(separator);
        if (place.Length > 2 || !TryNumber(place[0], out var bus))
            throw Malformed($"source '{source}': '{parts[0][(at + 1)..]}' is not a bus");
        int? address = null;
        if (place.Length == 2)
        {
            address = TryNumber(place[1], out var number) ? number
                : throw Malformed($"source '{source}': '{place[1]}' is not a number such as 0x68");
        }

        return new SensorName(parts[0][..at], bus, address, new EndpointOptions(source, parts.Skip(1)));
    }

    /// <summary>A name without a bus in it: <c>28-0316a2795dff,rate=1</c>, or the number of a bus, or nothing.</summary>
    public static SensorName ParsePlain(string source, string rest)
    {
        var parts = rest.Split(',');
        var options = new EndpointOptions(source, parts.Skip(1));
        return new SensorName(parts[0], TryNumber(parts[0], out var bus) ? bus : UsualBus, null, options);
    }

    private static bool TryNumber(string text, out int number) =>
        text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static EdgeSeqException Malformed(string problem) => new(ErrorCodes.SourceUnknown, problem, Hint);
}
