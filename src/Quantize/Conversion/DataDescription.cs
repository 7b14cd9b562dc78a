using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>What the inputs of a step hold: names of channels, units, and how many samples of a frame are new.</summary>
internal static class DataDescription
{
    /// <param name="steps">The step graph.</param>
    /// <param name="options">The user's words.</param>
    /// <param name="isWindow">Window mode, where a hop counts steps.</param>
    /// <exception cref="EdgeSeqException">ES0704: they do not fit the inputs.</exception>
    public static Dictionary<string, InputDescription> Of(StepGraph steps, ConvertOptions options, bool isWindow)
    {
        var hop = isWindow ? null : Hop(steps, options.Hop);
        var channels = Texts(steps, "--channels", options.Channels).ToDictionary(pair => pair.Input, pair => pair.Text.Split(',',
            StringSplitOptions.TrimEntries));
        var units = Texts(steps, "--units", options.Units).ToDictionary(pair => pair.Input, pair => pair.Text);
        foreach (var (input, names) in channels)
            RequireNames(input, names, hop is not null);

        if (options.Normalize?.Channels is { } own && steps.Inputs is [var first, ..] && Fits(own, first, hop is not null))
            channels.TryAdd(first, own);

        foreach (var (input, unit) in units)
            RequireUnits(input, unit);

        return steps.Inputs.Where(input => hop is not null || channels.ContainsKey(input) || units.ContainsKey(input))
            .ToDictionary(input => input.Name, input => new InputDescription(
                channels.GetValueOrDefault(input), units.GetValueOrDefault(input), hop));
    }

    /// <summary>Steps a second: of samples where a step takes one, and of hops where it takes several.</summary>
    /// <param name="mode">stream, step or window.</param>
    /// <param name="options">The user's words.</param>
    /// <param name="ofFile">Samples a second by the model's file; null where it does not say.</param>
    public static double? RateHz(string mode, ConvertOptions options, double? ofFile)
    {
        var hop = mode == "window" ? null : options.Hop;
        // A step of a step program may take many samples: nobody said how many.
        var samples = options.RateHz ?? (mode == "step" && hop is null ? null : ofFile);
        return samples / (hop ?? 1);
    }

    /// <summary>The names of classes: those given must fit an output, those of the file are left away where they do not.</summary>
    /// <exception cref="EdgeSeqException">ES0704: no output has so many values.</exception>
    public static string[]? Labels(StepGraph steps, IReadOnlyList<string>? given, IReadOnlyList<string>? ofFile)
    {
        if (given is not null && !steps.Outputs.Any(output => Last(output) == given.Count))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"--labels names {given.Count} classes, and no output has so many values: {Outputs(steps)}",
                $"give {Last(steps.Outputs[0])} names");
        }

        return (given ?? ofFile)?.ToArray();

        static int Last(StepOutput output) => output.Shape is [.., var last] ? last : 1;
    }

    private static int? Hop(StepGraph steps, int? hop)
    {
        if (hop is null)
            return null;

        if (steps.Inputs is not [var input] || input.Value.Type != ElementType.F32)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"--hop {hop} is for a frame of one signal, outside window mode, and the program's inputs are {Inputs(steps)}",
                $"leave --hop away, or give --mode window --window {WindowOffer.AnyLength} with as many inputs as the model takes");
        }

        return hop <= Length(input) ? hop
            : throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"--hop {hop}: input '{input.Name}' takes {Length(input)} samples a step",
                $"give --hop 1 to --hop {Length(input)}, or --mode window --window {WindowOffer.AnyLength} for a hop in steps");
    }

    private static (StepInput Input, string Text)[] Texts(StepGraph steps, string option, IReadOnlyList<string> texts)
    {
        var pairs = texts.Select(text => Addressed(steps, option, text)).ToArray();
        return pairs.GroupBy(pair => pair.Input).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"{option} speaks of input '{twice.Key.Name}' twice", "give it once")
            : pairs;
    }

    /// <summary>INPUT=TEXT, or TEXT for the only input or the only one with as many elements as it has names.</summary>
    private static (StepInput Input, string Text) Addressed(StepGraph steps, string option, string text)
    {
        if (steps.Inputs.FirstOrDefault(input => text.StartsWith($"{input.Name}=", StringComparison.Ordinal)) is { } named)
            return (named, text[(named.Name.Length + 1)..]);

        var count = text.Split(',').Length;
        var fitting = steps.Inputs is [var only] ? [only] : steps.Inputs.Where(input => Length(input) == count).ToArray();
        return fitting is [var input] ? (input, text)
            : throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"{option} '{text}': {(fitting.Length == 0 ? "no" : "more than one")} input has so many elements: {Inputs(steps)}",
                $"say which input is meant: {option} {steps.Inputs[0].Name}=…");
    }

    private static void RequireNames(StepInput input, string[] names, bool isFrame)
    {
        if (!Fits(names, input, isFrame))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid,
                $"--channels names {names.Length} channels, and input '{input.Name}' has {Length(input)} elements a step",
                isFrame ? "name the one signal of the frame" : $"give {Length(input)} names");
        }

        if (names.Any(name => name.Length == 0) || names.Distinct(StringComparer.Ordinal).Count() < names.Length)
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, "--channels: a name is empty or stands twice", "give each channel a name");
    }

    private static void RequireUnits(StepInput input, string unit)
    {
        if (unit.Split('+').Any(string.IsNullOrWhiteSpace))
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--units '{unit}' of input '{input.Name}' has an empty unit",
                "give one unit, or several joined by +, each for the channels of its quantity: --units g+deg/s");
        }
    }

    private static bool Fits(string[] names, StepInput input, bool isFrame) =>
        names.Length == Length(input) || isFrame && names.Length == 1;

    private static int Length(StepInput input) => Shapes.Count(input.Shape);

    private static string Inputs(StepGraph steps) => List(steps.Inputs.Select(input => (input.Name, input.Shape)));

    private static string Outputs(StepGraph steps) => List(steps.Outputs.Select(output => (output.Name, output.Shape)));

    private static string List(IEnumerable<(string Name, int[] Shape)> ports) =>
        string.Join(", ", ports.Select(port => $"{port.Name} [{string.Join(", ", port.Shape)}]"));
}
