using EdgeSeq.Quantize.FrontEnds.Stages;
using EdgeSeq.Quantize.FrontEnds.Tables;

namespace EdgeSeq.Quantize.FrontEnds.Reading;

/// <summary>What stands between a sensor and a model.</summary>
internal static class SensorCalls
{
    public static IReadOnlyList<FrontEndDefinition> All { get; } =
    [
        new("butter", 3, "scipy.signal.butter(order, edges, btype, fs=rate, output='sos'), sosfilt", Butter),
        new("sos", 1, "scipy.signal.sosfilt: rows of b0, b1, b2, a0, a1, a2", Sections),
        new("iir", 0, "scipy.signal.lfilter(b, a)", (call, context) => With(call, context,
            Filter(Needed(call, "b"), Needed(call, "a"), call.Flag("steady") ?? false))),
        new("fir", 1, "scipy.signal.lfilter(taps, 1)", (call, context) => With(call, context, new FirStage(
            call.Places.Count > 0 ? call.NumbersOf(call.Places[0], "taps") : Needed(call, "taps")))),
        .. new[] { "mean", "std", "var", "min", "max", "rms", "sum" }.Select(Moving),
        new("window-stats", 2, "statistics of whole windows with a hop", (call, context) => With(call, context, new MovingStage(
            Stats(call), Window(call), call.WholeAt(1, "hop") ?? 1, call.Whole("ddof") ?? 0, Grows: false))),
        new("window", 2, "the last samples every hop, as one value", (call, context) => With(call, context,
            new WindowStage(Window(call), Library.Positive(call.WholeAt(1, "hop") ?? 1, "hop"), call.Whole("lead") ?? 0))),
        new("difference", 1, "x[t] - x[t - lag]", (call, context) => With(call, context, new DifferenceStage(call.WholeAt(0, "lag") ?? 1))),
        new("magnitude", 1, "square root of the sum of the squares of each group of axes", (call, context) =>
            With(call, context, new MagnitudeStage(call.WholeAt(0, "axes") ?? 0))),
        new("normalize", 0, "(x - mean) / std", (call, context) =>
            With(call, context, new NormalizeStage(Needed(call, "mean"), Needed(call, "std")))),
        new("scale", 2, "x * factor + offset", (call, context) => With(call, context,
            new ScaleStage(call.NumberAt(0, "factor") ?? 1, call.NumberAt(1, "offset") ?? 0))),
        new("calibrate", 0, "matrix * x + offset", (call, context) =>
            With(call, context, new MatrixStage(Rows(call, "matrix"), call.Numbers("offset") ?? []))),
        new("channels", 1, "some channels in the given order", (call, context) => With(call, context, new ChannelStage(
            [.. (call.Places.Count > 0 ? call.NumbersOf(call.Places[0], "pick") : Needed(call, "pick")).Select(channel => (int)channel)]))),
        new("downmix", 0, "the mean of all channels", (call, context) => With(call, context, new ChannelStage([]))),
        new("resample", 2, "scipy.signal.resample_poly(x, up, down), window ('kaiser', 5.0)", Resample),
    ];

    /// <summary>Of b and a as scipy.signal.lfilter takes them.</summary>
    public static FrontEndStage Filter(double[] b, double[] a, bool steady) => a.Length == 1 && a[0] != 0 && !steady
        ? new FirStage([.. b.Select(tap => tap / a[0])]) : new FilterStage([DifferenceForm.Of(b, a)], steady);

    private static FrontEndStage[] With(CallText call, CallContext context, FrontEndStage stage)
    {
        context.TakeChannels(call);
        context.TakeRate(call);
        return [stage];
    }

    private static FrontEndStage[] Butter(CallText call, CallContext context)
    {
        var order = call.WholeAt(0, "order") ?? throw FrontEndErrors.Invalid("butter lacks its order", "butter(4, 20, rate=50)");
        var edges = call.Numbers("edges", "cutoff") ?? (call.Places.Count > 1 ? call.NumbersOf(call.Places[1], "edges")
            : throw FrontEndErrors.Invalid("butter lacks its edge", "butter(4, 20, rate=50)"));
        var kind = call.Text("btype", "kind") ?? (call.Places.Count > 2 ? call.Places[2] : edges.Length == 2 ? "bandpass" : "low");
        var sections = Butterworth.Sections(order, edges, kind, context.Rate(call));
        return With(call, context,
            new FilterStage([.. sections.Select(row => DifferenceForm.Of(row[..3], row[3..]))], call.Flag("steady") ?? false));
    }

    private static FrontEndStage[] Sections(CallText call, CallContext context)
    {
        var rows = call.Places.Count > 0 ? RowsOf(call, call.Places[0]) : Rows(call, "sections");
        return With(call, context, new FilterStage([.. rows.Select(row => row.Length == 6 ? DifferenceForm.Of(row[..3], row[3..])
            : throw FrontEndErrors.Invalid($"a section of {row.Length} numbers", "six: b0, b1, b2, a0, a1, a2"))], call.Flag("steady")
                ?? false));
    }

    private static FrontEndDefinition Moving(string stat) => new($"moving-{stat}", 1, $"pandas rolling(window, min_periods=1).{stat}()",
        (call, context) =>
            With(call, context, new MovingStage([stat], Window(call), 1, call.Whole("ddof") ?? 0, call.Flag("grows") ?? true)));

    private static FrontEndStage[] Resample(CallText call, CallContext context)
    {
        double from = call.NumberAt(0, "from") ?? throw FrontEndErrors.Invalid("resample lacks its rates", "resample(44100, 16000)"),
            to = call.NumberAt(1, "to") ?? throw FrontEndErrors.Invalid("resample lacks its rates", "resample(44100, 16000)");
        if (from != Math.Floor(from) || to != Math.Floor(to) || from < 1 || to < 1 || from > 1e9 || to > 1e9)
            throw FrontEndErrors.Invalid($"resample({from}, {to})", "whole numbers of hertz, or a ratio such as resample(3, 1)");

        var shared = (int)System.Numerics.BigInteger.GreatestCommonDivisor((int)from, (int)to);
        int up = (int)to / shared, down = (int)from / shared;
        context.Resampled(from, to);
        var causal = call.Flag("causal") ?? false;
        return With(call, context,
            new ResampleStage(up, down, ResampleFilter.Taps(up, down), causal ? 0 : ResampleFilter.HalfLength(up, down)));
    }

    private static int Window(CallText call) => Library.Positive(call.WholeAt(0, "window")
        ?? throw FrontEndErrors.Invalid($"{call.Name} lacks its window", $"{call.Name}(128)"), "window");

    private static string[] Stats(CallText call) => [.. CallText.Items(call.Text("stats") ?? "[mean, std]")];

    private static double[] Needed(CallText call, string name) => call.Numbers(name)
        ?? throw FrontEndErrors.Invalid($"{call.Name} lacks {name}", $"{name}=[…]");

    private static double[][] Rows(CallText call, string name) => RowsOf(call, call.Text(name)
        ?? throw FrontEndErrors.Invalid($"{call.Name} lacks {name}", $"{name}=[[…], […]]"));

    private static double[][] RowsOf(CallText call, string text) => [.. CallText.Items(text).Select(row => call.NumbersOf(row, call.Name))];
}
