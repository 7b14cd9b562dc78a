using EdgeSeq.Device.Network;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Simulation;
using EdgeSeq.Device.Sources;
using EdgeSeq.Device.Sources.Alsa;
using EdgeSeq.Device.Sources.Iio;
using EdgeSeq.Device.Sources.Mqtt;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Run;

/// <summary>Opens sources by name. This is the list of the kinds that exist.</summary>
public static class SourceCatalog
{
    /// <summary>The forms of a source's name, for help and errors.</summary>
    public const string Forms =
        "npy:PATH, csv:PATH|-, wav:PATH|-, pcm16:PATH|-, text:PATH|-, sim:NAME, i2c:SENSOR@BUS[:ADDRESS], spi:SENSOR@BUS.CHIP, sensehat:, w1:[ID], "
        + "iio:DEVICE, alsa:DEVICE, mqtt://HOST:PORT/TOPIC";

    /// <exception cref="EdgeSeqException">ES0702 for a name without a source, and what the source itself finds wrong.</exception>
    public static ISource Open(string text, SourceContext context)
    {
        var name = EndpointName.Parse(text);
        if (name.Rest.Length == 0 && name.Kind is not ("sensehat" or "w1"))
            throw Unfinished(text);
        if (context.SourceHz is not null && name.Kind is not ("npy" or "csv" or "wav" or "pcm16"))
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--source-rate is for recordings; {text} comes at its own time");
        if (context.Recordings == RecordingsWanted.Many && name.Kind != "npy" && name.Kind != "text")
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--recordings many is for npy: files; {text} is one stream");
        if (context.Columns is not null && name.Kind != "csv")
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--columns is for csv: files; {text} has no columns");
        return name.Kind switch
        {
            "npy" => Converted(NpySource.Open(name.Rest, context), context),
            "csv" => Converted(CsvSource.Open(name.Rest, context), context),
            "wav" => new FramedSource(text, WavSampleReader.Open(name.Rest, context.Stop), context),
            "pcm16" => new FramedSource(text, new Pcm16SampleReader(name.Rest, context.Stop), context),
            "text" => TextSource.Open(name.Rest, context),
            "sim" => SimulatedSource.Open(name.Rest, context),
            "i2c" or "spi" or "sensehat" or "w1" when SensorSupport.IsIncluded => SensorSource.Open(text, context),
            "iio" when SensorSupport.IsIncluded => IioSource.Open(text, name.Rest, context),
            "alsa" when SensorSupport.IsIncluded => AlsaSource.Open(text, name.Rest, context),
            "mqtt" or "mqtts" when NetworkSupport.IsIncluded => MqttSampler.Open(text, context),
            "i2c" or "spi" or "sensehat" or "w1" or "iio" or "alsa" or "mqtt" or "mqtts" =>
                throw Unknown($"this build has no '{name.Kind}:' source, as it was made with -p:Sensors=false"),
            _ => throw Unknown($"there is no source '{text}'"),
        };
    }

    /// <summary>Frames have converted their samples already.</summary>
    private static ISource Converted(ISource source, SourceContext context)
    {
        if (context.SourceHz is not { } fromHz || source is FramedSource)
            return source;
        try
        {
            return ConvertedSource.Of(source, fromHz, context);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    private static EdgeSeqException Unfinished(string text) => !text.Contains(':') && EndpointName.Meant(text) is { } meant
        ? new EdgeSeqException(ErrorCodes.SourceUnknown, $"source '{text}' does not say of what kind it is", $"--source {meant}")
        : Unknown($"source '{text}' lacks what follows the colon");

    private static EdgeSeqException Unknown(string problem) => new(ErrorCodes.SourceUnknown, problem, $"the sources are {Forms}");
}
