using System.CommandLine;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Sources.Alsa;
using EdgeSeq.Device.Sources.Iio;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Tool.Json;
using EdgeSeq.Tool.Terminal;
using EdgeSeq.Tool.Usage;

namespace EdgeSeq.Tool.Commands;

/// <summary><c>edgeseq sensors</c>: the sensors that there are drivers for, and what answers on this machine's buses.</summary>
internal static class SensorsCommand
{
    public static Command Create()
    {
        var json = Arguments.Json();
        var command = new Command("sensors",
            "List the supported sensors with their source strings, and probe the buses of this machine") { json };
        command.SetAction(result => Run(result.GetValue(json)));
        return command;
    }

    private static int Run(bool asJson)
    {
        var sensors = SensorSupport.IsIncluded ? SensorCatalog.All : [];
        var buses = SensorSupport.IsIncluded ? (IReadOnlyList<BusFinding>)[.. BusProbe.Run(), .. IioProbe.Run(), .. AlsaProbe.Run()] : [];
        if (asJson)
            ReportJson.Print(new SensorsReport(sensors, buses));
        else
            Console.Out.Write(Text(sensors, buses));
        return (int)ExitCode.Ok;
    }

    private static string Text(IReadOnlyList<SensorDescription> sensors, IReadOnlyList<BusFinding> buses)
    {
        if (sensors is [])
            return "this build has no sensors: it was made with -p:Sensors=false\n";
        var table = new TextTable(("source", false), ("what", false), ("most, Hz", true), ("channels", false));
        foreach (var sensor in sensors)
        {
            table.Add(
                sensor.Example,
                sensor.About,
                FormattableString.Invariant($"{sensor.MostHz}"),
                string.Join(' ', sensor.Channels.Select(channel => channel.Name)));
        }

        var found = buses.Count == 0 ? "  none: this machine has no I2C, SPI or 1-Wire bus, no IIO device and no microphone, or they are switched off\n"
            : string.Concat(buses.Select(Line));
        return $"{table}\nbuses\n{found}";
    }

    private static string Line(BusFinding bus)
    {
        var answers = bus switch
        {
            { Problem: { } problem } => problem,
            { Bus: "spi" } => $"may be spi:SENSOR@{bus.Node["/dev/spidev".Length..]}",
            { Answers: [] } => "no known chip answers",
            _ => string.Join(" or ", bus.Answers),
        };
        return $"  {bus.Node}: {answers}\n";
    }
}
