using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Sensors.Buses;
using EdgeSeq.Device.Sensors.Catalog;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>Opens sensors as sources: <c>i2c:mpu6050@1:0x68,range=4,rate=200</c>.</summary>
public static class SensorSource
{
    private const double LeastHz = 1e-4;
    private const double MostHz = 1e6;
    private const int ReopenAfter = 10;

    private static readonly string[] Options = ["channels", "units", "rate", "stuck", "reopen"];

    /// <summary>A sensor of the user's own, sampled and guarded like those of the catalog; its channels are the program's input, in
    /// order.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="open">Opens the sensor; called again after lasting faults. It may throw a <see cref="SensorException"/> or what drivers
    /// throw.</param>
    /// <exception cref="EdgeSeqException">ES0303 where the channels do not fit the program's input, ES0611 where the sensor does not
    /// open.</exception>
    public static ISource Of(string name, Func<ISensor> open, SourceContext context)
    {
        var guarded = Guarded(open);
        var sensor = OpenFirst(name, guarded);
        try
        {
            var options = new EndpointOptions(name, []);
            var own = new SensorKind(sensor.Channels, sensor.Channels.Count, UsualHz: 1, MostHz, StuckAfter: 0);
            return Sampled(name, own, options, context, isLive: true, (_, _) => guarded, sensor);
        }
        catch
        {
            sensor.Dispose();
            throw;
        }
    }

    /// <param name="text">The whole source string.</param>
    /// <exception cref="EdgeSeqException">ES0303, ES0702, ES0704 for a string that does not fit; ES0610, ES0611 for the bus and the
    /// chip.</exception>
    internal static ISource Open(string text, SourceContext context)
    {
        var (bus, rest) = EndpointName.Parse(text);
        var name = bus switch
        {
            "i2c" => SensorName.Parse(text, rest, ':'),
            "spi" => SensorName.Parse(text, rest, '.'),
            _ => SensorName.ParsePlain(text, rest),
        };
        return Open(text, SensorCatalog.Find(bus, name.Name), name, LinuxBuses.Instance, context, isLive: true);
    }

    /// <param name="buses">The machine's buses, or simulated ones.</param>
    /// <param name="isLive">Whether samples come at their own time; others are read as fast as the program runs unless the user sets a
    /// rate.</param>
    /// <param name="clock">Paces samples that are not live; null for as fast as the program runs.</param>
    internal static ISource Open(
        string text, SensorDescription description, SensorName name, IBuses buses, SourceContext context, bool isLive, IClock? clock = null)
    {
        name.Options.RequireKnown([.. Options, .. description.Options]);
        var kind = new SensorKind(description.Channels, description.DefaultChannels, description.UsualHz, description.MostHz,
            description.StuckAfter);
        return Sampled(text, kind, name.Options, context, isLive, (rateHz, channels) =>
        {
            var settings = new SensorSettings(name, buses, rateHz, channels);
            return () => description.Open(settings);
        }, clock: clock);
    }

    /// <param name="opener">Gives what opens the sensor for a rate and the channels that are wanted.</param>
    /// <param name="opened">The sensor, where it is open already.</param>
    private static ISource Sampled(
        string text,
        SensorKind kind,
        EndpointOptions options,
        SourceContext context,
        bool isLive,
        Func<double, IReadOnlyList<int>, Func<ISensor>> opener,
        ISensor? opened = null,
        IClock? clock = null)
    {
        var input = OnlyInput(text, context);
        var selection = ChannelSelection.Of(text, kind.Channels, kind.Usual, options, input, context.Warn);
        var isFrame = selection.Indexes.Count == 1 && input.Length > 1;
        if (!isFrame)
            RequireWholeSteps(text, selection, input, context);
        var stepHz = context.PaceHz ?? context.RateHz;
        var sensorHz = options.Number("rate", stepHz * SamplesPerStep(isFrame, context, input) ?? kind.UsualHz, LeastHz, MostHz);
        var wantedHz = stepHz * SamplesPerStep(isFrame, context, input) ?? sensorHz;
        var settings = new SamplerSettings
        {
            Source = text,
            RateHz = sensorHz,
            IsPaced = isLive || context.PaceHz is not null || clock is not null,
            Clock = clock ?? SystemClock.Instance,
            ReopenAfter = (int)options.Number("reopen", ReopenAfter, 1, int.MaxValue),
            StuckAfter = (int)options.Number("stuck", kind.StuckAfter, 0, int.MaxValue),
            Warn = context.Warn,
            Stop = context.Stop,
        };
        var open = opener(sensorHz, selection.Indexes);
        ISampler sampler = new SensorSampler(open, opened ?? OpenFirst(text, open), selection, settings);
        try
        {
            WarnAboutRate(text, kind, sensorHz, context.Warn);
            if (sensorHz != wantedHz)
                sampler = new RateConvertedSampler(text, sampler, wantedHz);
            return isFrame ? new FramedSource(text, new SamplerReader(sampler, isLive), context) : new SampledSource(text, sampler, isLive);
        }
        catch
        {
            sampler.Dispose();
            throw;
        }
    }

    private static InputInfo OnlyInput(string text, SourceContext context) => context.Inputs switch
    {
        [{ Type: ElementType.F32 } only] => only,
        [_] => throw new EdgeSeqException(ErrorCodes.RecordingShape, $"{text} gives measurements, the program takes whole numbers"),
        _ => throw new EdgeSeqException(ErrorCodes.RecordingShape,
            $"{text} gives one sample a step, the program has {context.Inputs.Count} inputs"),
    };

    private static long SamplesPerStep(bool isFrame, SourceContext context, InputInfo input) => isFrame ? context.HopOf(input) : 1;

    private static void RequireWholeSteps(string text, ChannelSelection selection, InputInfo input, SourceContext context)
    {
        context.RefuseHop(text);
        if (selection.Indexes.Count != input.Length)
        {
            throw new EdgeSeqException(
                ErrorCodes.RecordingShape,
                $"{text}: {selection.Indexes.Count} channels are chosen, input '{input.Name}' takes {input.Length} values a step");
        }
    }

    private static Func<ISensor> Guarded(Func<ISensor> open) => () =>
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or TimeoutException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new SensorException(SampleStatus.BusError, 0, e.Message, e);
        }
    };

    private static ISensor OpenFirst(string text, Func<ISensor> open)
    {
        try
        {
            return open();
        }
        catch (SensorException e)
        {
            throw new EdgeSeqException(ErrorCodes.SensorFault, $"{text}: {e.Message}", Hint(e), e);
        }
    }

    private static string Hint(SensorException e) => e.Status switch
    {
        SampleStatus.NoAnswer => "check wiring, power and address; edgeseq sensors shows which addresses answer",
        SampleStatus.TimedOut => "the bus is held low: check wiring and pull-ups, or lower its speed with dtparam=i2c_arm_baudrate",
        _ => "edgeseq sensors shows what is connected",
    };

    private static void WarnAboutRate(string text, SensorKind kind, double rateHz, Action<string> warn)
    {
        if (rateHz > kind.MostHz)
            warn(FormattableString.Invariant($"{text} measures at most {kind.MostHz} times a second; at {rateHz} values repeat"));
    }

    /// <summary>What sampling must know of a sensor.</summary>
    private sealed record SensorKind(IReadOnlyList<Channel> Channels, int Usual, double UsualHz, double MostHz, int StuckAfter);
}
