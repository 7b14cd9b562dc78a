using System.Globalization;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Simulation.Motion;
using EdgeSeq.Device.Sources;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Device.Simulation;

/// <summary>Opens simulated sources: <c>NAME</c> or <c>NAME:SEED</c>.</summary>
internal static class SimulatedSource
{
    private const string Sine = "sine";
    private const string Noise = "noise";

    private static string Sensors => SensorSupport.IsIncluded ? $", {string.Join(", ", SimulatedSensor.Names)}" : "";

    public static ISource Open(string rest, SourceContext context)
    {
        var text = $"sim:{rest}";
        if (SensorSupport.IsIncluded && SimulatedSensor.TryOpen(text, rest, context) is { } sensor)
            return sensor;
        context.RefuseHop(text);
        var (name, seedText) = EndpointName.Parse(rest);
        var seed = 1UL;
        if (seedText.Length > 0 && !ulong.TryParse(seedText, NumberStyles.None, CultureInfo.InvariantCulture, out seed))
            throw Unknown($"{text}: the seed '{seedText}' is not a whole number");
        if (context.Inputs.Any(input => input.Type != ElementType.F32))
            throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{text} gives floats, the program takes whole numbers");
        if (name is Sine or Noise)
            return new SignalSource(text, name == Noise, seed);
        if (!ActivitySimulator.Names.Contains(name))
            throw Unknown($"there is no simulation '{name}'");
        if (context.Inputs is not [{ Length: ActivitySimulator.Channels or MotionSource.ChannelsWithBody }])
        {
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{text} gives 6 channels (acceleration in g, angular rate in rad/s), or 9 with the acceleration without gravity between "
                + "them; the program takes other inputs",
                "sim:sine and sim:noise fit every program");
        }

        return new MotionSource(text, new ActivitySimulator(name, seed));
    }

    private static EdgeSeqException Unknown(string problem) =>
        new(ErrorCodes.SourceUnknown, problem,
        $"the simulations are {string.Join(", ", ActivitySimulator.Names)}, {Sine}, {Noise}{Sensors}; a seed may follow: sim:walking:7");
}
