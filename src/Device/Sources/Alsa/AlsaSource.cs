using System.Globalization;
using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sources.Sampling;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Device.Sources.Alsa;

/// <summary>Opens microphones: <c>alsa:plughw:1,0,rate=48000</c>. ALSA's own names have commas and colons, so only what is one of our
/// options counts as one.</summary>
internal static class AlsaSource
{
    private const int LeastRate = 1000;
    private const int MostRate = 768_000;
    private const int MostChannels = 64;
    private const string MixName = "mix";

    private static readonly string[] Options = [.. DeviceSource.Options, "inputs"];

    /// <exception cref="EdgeSeqException">ES0303, ES0704 for what does not fit; ES0610 without ALSA's library, ES0611 for the
    /// device.</exception>
    public static ISource Open(string text, string rest, SourceContext context)
    {
        var (device, options) = Split(text, rest);
        var request = new AlsaRequest(text, device, Rate(options, context),
            options.Text("inputs") is null ? null : (int)options.Number("inputs", 1, 1, MostChannels));
        var pcm = DeviceSource.Guarded(text, () => AlsaPcm.Open(request));
        try
        {
            var channels = ChannelsOf(pcm.Shape.Channels);
            var kind = new DeviceKind(channels, 1, request.RateHz, request.RateHz, StuckAfter: 0);
            var again = request with { Channels = pcm.Shape.Channels };
            return DeviceSource.Open(text, kind, options, context, isLive: true, (selection, settings) =>
            {
                var selected = selection.Indexes.Select(index => ChannelOf(channels[index].Name)).ToList();
                return new AlsaSampler(pcm, () => AlsaPcm.Open(again), pcm.Shape, selected, settings);
            });
        }
        catch
        {
            pcm.Dispose();
            throw;
        }
    }

    /// <summary>The device's name, and the options among the parts after it.</summary>
    internal static (string Device, EndpointOptions Options) Split(string text, string rest)
    {
        var parts = rest.Split(',');
        return (string.Join(',', parts.Where(part => !IsOption(part))), new EndpointOptions(text, parts.Where(IsOption)));
    }

    private static bool IsOption(string part) => Options.Contains(part.Split('=')[0]);

    /// <summary>Frames a second: the user's, else the program's samples.</summary>
    private static int Rate(EndpointOptions options, SourceContext context)
    {
        var perStep = context.Inputs is [var input] ? context.HopOf(input) : 1;
        var wanted = (context.PaceHz ?? context.RateHz) * perStep;
        if (options.Text("rate") is null && wanted is null)
            throw options.Invalid("how many samples a second the program wants is not known", "rate=16000");
        var rate = options.Number("rate", wanted ?? 0, LeastRate, MostRate);
        return rate == Math.Floor(rate) ? (int)rate
            : throw options.Invalid(string.Create(CultureInfo.InvariantCulture, $"a rate of {rate} Hz is no whole number"), "rate=48000");
    }

    private static List<Channel> ChannelsOf(int count)
    {
        var channels = new List<Channel>();
        if (count > 1)
            channels.Add(new Channel(MixName, Quantity.Number));
        for (var i = 1; i <= count; i++)
            channels.Add(new Channel(string.Create(CultureInfo.InvariantCulture, $"ch{i}"), Quantity.Number));
        return channels;
    }

    private static int ChannelOf(string name) =>
        name == MixName ? AlsaSampler.Mix : int.Parse(name.AsSpan(2), CultureInfo.InvariantCulture) - 1;
}
