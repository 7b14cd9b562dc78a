using EdgeSeq.Device.Sources.Sampling;

namespace EdgeSeq.Device.Sources.Iio;

/// <summary>Opens devices of the kernel's Industrial I/O: <c>iio:lsm6dsl_accel,rate=208,trigger=t0</c>.</summary>
internal static class IioSource
{
    private const int UsualLength = 256;
    private const int MostScans = 1 << 20;
    private const double UsualHz = 10;
    private const double MostHz = 1e6;

    private static readonly string[] Options = ["mode", "buffer", "watermark", "trigger"];

    /// <exception cref="Runtime.Errors.EdgeSeqException">ES0303, ES0704 for what does not fit; ES0610, ES0611 for the device.</exception>
    public static ISource Open(string text, string rest, SourceContext context, IioPaths? paths = null)
    {
        var (name, options) = EndpointOptions.Split(text, rest);
        options.RequireKnown([.. DeviceSource.Options, .. Options]);
        var device = IioDevice.Find(text, name, paths ?? IioPaths.System);
        var isBuffered = options.Word("mode", device.HasBuffer ? "buffered" : "polled", "buffered", "polled") == "buffered";
        var length = (int)options.Number("buffer", UsualLength, 2, MostScans);
        var settings = new IioBufferSettings(length, (int)options.Number("watermark", 1, 1, length), options.Text("trigger"));
        var channels = device.Channels.Where(channel => isBuffered ? channel.Format is not null : channel.File is not null).ToList();
        if (channels.Count == 0)
            throw options.Invalid($"has no channels for mode={(isBuffered ? "buffered" : "polled")}");
        var usable = device.With(channels);
        var kind = new DeviceKind([.. channels.Select(channel => channel.Channel)], channels.Count, UsualHz, MostHz, StuckAfter: 0);
        return DeviceSource.Open(text, kind, options, context, isLive: true, (selection, sampling) =>
        {
            if (isBuffered)
                return new IioSampler(usable, selection, sampling, settings);
            var sensor = IioSensor.Open(usable, selection.Indexes);
            return new SensorSampler(() => IioSensor.Open(usable, selection.Indexes), sensor, selection, sampling);
        });
    }
}
