using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sensors.OneWire;

/// <summary>The chips that the kernel's 1-Wire driver shows in sysfs (Documentation/w1/slaves/w1_therm.rst).</summary>
internal static class OneWireBus
{
    public const string Folder = "/sys/bus/w1/devices";

    /// <summary>Families of thermometers: DS18S20, DS1822, DS18B20, DS1825, DS28EA00.</summary>
    private static readonly string[] Families = ["10", "22", "28", "3b", "42"];

    /// <summary>Identities of the thermometers on the bus.</summary>
    public static IReadOnlyList<string> Thermometers(string folder = Folder) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Where(IsThermometer)
            .Order(StringComparer.Ordinal)]
            : [];

    /// <summary>The file to read for one of the thermometers, or for the only one where no identity is given.</summary>
    /// <exception cref="EdgeSeqException">ES0610 without a 1-Wire bus, ES0704 where an identity must be chosen.</exception>
    public static string Slave(string identity, string folder = Folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new EdgeSeqException(
                ErrorCodes.BusUnusable, $"{folder}: no such folder",
                "switch the bus on with dtoverlay=w1-gpio in config.txt; edgeseq sensors lists the buses");
        }

        if (identity.Length > 0)
            return Path.Combine(folder, identity, "w1_slave");
        return Thermometers(folder) switch
        {
            [var only] => Path.Combine(folder, only, "w1_slave"),
            [] => throw new EdgeSeqException(ErrorCodes.SensorFault, "there is no thermometer on the 1-Wire bus",
                "check the wiring and its pull-up of 4.7 kΩ"),
            var several => throw new EdgeSeqException(ErrorCodes.OptionInvalid, "w1: there are several thermometers",
                $"choose one of w1:{string.Join(", w1:", several)}"),
        };
    }

    private static bool IsThermometer(string identity) =>
        identity.Length > 3 && identity[2] == '-' && Families.Contains(identity[..2], StringComparer.OrdinalIgnoreCase);
}
