using EdgeSeq.Device.Sensors;
using EdgeSeq.Device.Timing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sources.Sampling;

/// <summary>Makes a device the source of a program: channels and units are chosen, the rate is converted where it must be, one channel
/// feeds frames where the input is longer.</summary>
internal static class DeviceSource
{
    private const double LeastHz = 1e-4;
    private const double MostHz = 1e6;
    private const int ReopenAfter = 10;

    /// <summary>The options that every device has.</summary>
    public static IReadOnlyList<string> Options { get; } = ["channels", "units", "rate", "stuck", "reopen"];

    /// <param name="text">The whole name of the source.</param>
    /// <param name="isLive">Whether samples come at their own time; others are read as fast as the program runs unless the user sets a
    /// rate.</param>
    /// <param name="open">Opens the device for the rate of the settings, or one near to it.</param>
    /// <param name="clock">Paces samples that are not live; null for as fast as the program runs.</param>
    /// <exception cref="EdgeSeqException">ES0303 and ES0704 for what does not fit, ES0611 where the device does not open.</exception>
    public static ISource Open(string text, DeviceKind kind, EndpointOptions options, SourceContext context, bool isLive,
        Func<ChannelSelection, SamplerSettings, ISampler> open, IClock? clock = null)
    {
        var input = OnlyInput(text, context);
        var selection = ChannelSelection.Of(text, kind.Channels, kind.Usual, options, input, context.Warn);
        var isFrame = selection.Indexes.Count == 1 && input.Length > 1;
        if (!isFrame)
            RequireWholeSteps(text, selection, input, context);
        var wantedHz = (context.PaceHz ?? context.RateHz) * SamplesPerStep(isFrame, context, input);
        var settings = new SamplerSettings
        {
            Source = text,
            RateHz = options.Number("rate", wantedHz ?? kind.UsualHz, LeastHz, MostHz),
            IsPaced = isLive || context.PaceHz is not null || clock is not null,
            Clock = clock ?? SystemClock.Instance,
            ReopenAfter = (int)options.Number("reopen", ReopenAfter, 1, int.MaxValue),
            StuckAfter = (int)options.Number("stuck", kind.StuckAfter, 0, int.MaxValue),
            Warn = context.Warn,
            Stop = context.Stop,
        };
        var sampler = Guarded(text, () => open(selection, settings));
        try
        {
            WarnAboutRate(text, kind, settings.RateHz, context.Warn);
            if (wantedHz is { } wanted && sampler.RateHz != wanted)
                sampler = new RateConvertedSampler(text, sampler, wanted);
            return isFrame ? new FramedSource(text, new SamplerReader(sampler, isLive), context) : new SampledSource(text, sampler, isLive);
        }
        catch
        {
            sampler.Dispose();
            throw;
        }
    }

    /// <summary>Opens a device, with the error that users see.</summary>
    /// <exception cref="EdgeSeqException">ES0611.</exception>
    public static T Guarded<T>(string text, Func<T> open)
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

    private static string Hint(SensorException e) => e.Status switch
    {
        SampleStatus.NoAnswer => "check wiring, power and address; edgeseq sensors shows which addresses answer",
        SampleStatus.TimedOut => "the bus is held low: check wiring and pull-ups, or lower its speed with dtparam=i2c_arm_baudrate",
        _ => "edgeseq sensors shows what is connected",
    };

    private static void WarnAboutRate(string text, DeviceKind kind, double rateHz, Action<string> warn)
    {
        if (rateHz > kind.MostHz)
            warn(FormattableString.Invariant($"{text} measures at most {kind.MostHz} times a second; at {rateHz} values repeat"));
    }
}
