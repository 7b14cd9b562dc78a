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
            throw Unknown($"source '{text}' lacks what follows the colon");
        return name.Kind switch
        {
            "npy" => NpySource.Open(name.Rest, context),
            "csv" => CsvSource.Open(name.Rest, context),
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

    private static EdgeSeqException Unknown(string problem) => new(ErrorCodes.SourceUnknown, problem, $"the sources are {Forms}");
}
