using EdgeSeq.Device.Network;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sinks;
using EdgeSeq.Device.Sinks.Gpio;
using EdgeSeq.Device.Sinks.Http;
using EdgeSeq.Device.Sinks.Mqtt;
using EdgeSeq.Device.Sinks.Prometheus;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Run;

/// <summary>Opens sinks by name. This is the list of the kinds that exist.</summary>
public static class SinkCatalog
{
    /// <summary>The forms of a sink's name, for help and errors.</summary>
    public const string Forms = "jsonl:PATH|-, csv:PATH|-, npy:PATH, events:PATH|-, wav:PATH, pcm16:PATH|-, exec:COMMAND, mqtt://HOST:PORT/TOPIC, "
        + "http://HOST/PATH, prometheus:PORT|FILE, gpio:PIN, pwm:CHIP.CHANNEL";

    /// <summary>Whether the sink writes to standard output.</summary>
    public static bool IsStandardOutput(string text) => EndpointName.Parse(text).Rest == EndpointName.Standard;

    /// <summary>Whether the sink writes to a file or folder.</summary>
    public static bool IsFile(string text) =>
        EndpointName.Parse(text) is { Kind: "jsonl" or "csv" or "npy" or "wav" or "pcm16" or "events", Path.Length: > 0 };

    /// <exception cref="EdgeSeqException">ES0703 for a name without a sink, ES0603 where the file cannot be made.</exception>
    public static ISink Open(string text, SinkContext context)
    {
        var name = EndpointName.Parse(text);
        if (name.Rest.Length == 0)
            throw Unfinished(text);
        return name.Kind switch
        {
            "jsonl" => new JsonLinesSink(LineFile.Open(text, name.Rest, context), context.Outputs),
            "csv" => new CsvSink(LineFile.Open(text, name.Rest, context), context.Outputs),
            "npy" when name.Rest == EndpointName.Standard => throw Unknown("npy: needs a file, as its header is written last"),
            "npy" => new NpySink(name.Rest, context),
            "events" or "exec" or "gpio" when context.EventNames is null => throw new EdgeSeqException(
                ErrorCodes.OptionInvalid, $"--sink {text}: no rule says what an event is",
                "give --decide 'on=0.5', or convert with --decide"),
            "exec" => new ExecSink(name.Rest, context),
            "wav" when name.Path is null =>
                throw Unknown("wav: needs a file, as its header is written last; pcm16:- writes samples as they come"),
            "wav" => new AudioSink(text, context, () => new WavTarget(name.Rest, AudioRate(text, context))),
            "pcm16" => new AudioSink(text, context, () => new PcmTarget(LineFile.Open(text, name.Rest, context))),
            "events" => new EventsSink(LineFile.Open(text, name.Rest, context), context),
            "prometheus" when name.Path is null => throw Unknown("prometheus: needs a port or a file"),
            "prometheus" when NetworkSupport.IsIncluded => PrometheusSink.Open(text, name.Rest, context),
            "mqtt" or "mqtts" when NetworkSupport.IsIncluded => MqttSender.Open(text, context),
            "http" or "https" when NetworkSupport.IsIncluded => HttpSender.Open(text, context),
            "gpio" when SensorSupport.IsIncluded => GpioSink.Open(text, name.Rest, context),
            "pwm" when SensorSupport.IsIncluded => PwmSink.Open(text, name.Rest, context),
            "prometheus" or "mqtt" or "mqtts" or "http" or "https" or "gpio" or "pwm" =>
                throw Unknown($"this build has no '{name.Kind}:' sink, as it was made with -p:Sensors=false"),
            _ => throw Unknown($"there is no sink '{text}'"),
        };
    }

    /// <summary>Opens several sinks as one. Where one cannot be opened, the files of the others stay as they are.</summary>
    /// <exception cref="EdgeSeqException">As for one.</exception>
    public static ISink Open(IReadOnlyList<string> names, SinkContext context)
    {
        var sinks = new List<ISink>();
        try
        {
            foreach (var name in names)
                sinks.Add(Open(name, context));
            return sinks is [var only] ? only : new SinkGroup(sinks);
        }
        catch
        {
            sinks.ForEach(sink => sink.Dispose());
            throw;
        }
    }

    /// <summary>Lines for people on standard output.</summary>
    public static ISink OpenTable(SinkContext context, bool useColor) =>
        new TableSink(new Utf8Writer("standard output", StandardOutputStream.Open()), context, useColor);

    /// <summary>Samples a second that the first output gives.</summary>
    private static int AudioRate(string sink, SinkContext context)
    {
        var output = context.Outputs[0];
        return context.StepsPerSecond * output.Length / output.Rate is { } rate and >= 1 and <= int.MaxValue
            ? (int)Math.Round(rate)
            : throw new EdgeSeqException(
                ErrorCodes.OptionInvalid, $"--sink {sink}: the samples a second are not known",
                "convert with --rate HZ (steps a second), or use pcm16:");
    }

    private static EdgeSeqException Unfinished(string text) => !text.Contains(':') && EndpointName.Meant(text) is { } meant
        ? new EdgeSeqException(ErrorCodes.SinkUnknown, $"sink '{text}' does not say of what kind it is", $"--sink {meant}")
        : Unknown($"sink '{text}' lacks what follows the colon");

    private static EdgeSeqException Unknown(string problem) => new(ErrorCodes.SinkUnknown, problem, $"the sinks are {Forms}");
}
