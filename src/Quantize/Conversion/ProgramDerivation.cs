using EdgeSeq.Quantize.Conversion.States;
using EdgeSeq.Quantize.Conversion.Windows;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>Chooses the mode of a graph and derives the step graph in it.</summary>
internal static class ProgramDerivation
{
    /// <summary>What cannot stream may run in windows: that is offered where it has been tried, and nowhere else.</summary>
    public static DerivedProgram Of(OnnxGraph graph, ConvertOptions options, List<(string Input, string Output)> histories)
    {
        try
        {
            var derived = Derive(graph, options, histories);
            WindowOffer.RequireOutput(derived.Mode, derived.Analysis, derived.Steps);
            return derived;
        }
        catch (EdgeSeqException refused) when (options.Mode == ConvertMode.Window && refused.ExitCode == ExitCode.Unsupported)
        {
            throw WindowOffer.WithoutWindow(refused);
        }
        catch (EdgeSeqException refused) when (WindowOffer.MayHelp(refused))
        {
            throw WindowOffer.For(refused, graph, options, length => DeriveWindow(graph, options with { Window = length, Hop = length }));
        }
    }

    private static DerivedProgram Derive(OnnxGraph graph, ConvertOptions options, List<(string Input, string Output)> histories)
    {
        var states = StatePairing.Find(graph, [.. options.States, .. histories], options.FindStates ?? options.States.Count == 0)
            .ConvertAll(pair => histories.Contains((pair.Input, pair.Output))
                ? pair with { Evidence = pair.Input.EndsWith(".context", StringComparison.Ordinal) ? "--context" : "--history" } : pair);
        if (options.Mode is ConvertMode.Auto or ConvertMode.Step && GrowingCaches.Find(graph, states) is { } caches)
            return DeriveCachedStep(caches, options, states);

        graph = StateShapes.Fix(graph, states);
        if (options.Mode == ConvertMode.Auto)
        {
            return ModeOf(graph, options, states) == ConvertMode.Step ? DeriveStep(graph, options, states)
                : DeriveStreamOrStep(graph, options, states);
        }

        return options.Mode switch
        {
            ConvertMode.Window => DeriveWindow(graph, options),
            ConvertMode.Step => DeriveStep(graph, options, states),
            _ => DeriveStream(graph, options, states),
        };
    }

    /// <summary>
    /// A graph with states whose frame length is open streams along it if it can; else one step is the longest frame that it takes. A
    /// graph of fixed matrices streams if their columns turn out to be time; else one step is a matrix. A window that ends in one value
    /// runs as often as all of it is new.
    /// </summary>
    private static DerivedProgram DeriveStreamOrStep(OnnxGraph graph, ConvertOptions options, List<StatePair> states)
    {
        try
        {
            return DeriveStream(graph, options, states);
        }
        catch (EdgeSeqException refused)
            when (refused.ExitCode == ExitCode.Unsupported)
        {
            if (InsteadOfStream(graph, options, states) is { } derived)
                return derived;

            throw;
        }
    }

    private static DerivedProgram? InsteadOfStream(OnnxGraph graph, ConvertOptions options, List<StatePair> states)
    {
        try
        {
            return states.Count > 0 || TakesFixedMatrices(graph, options) ? DeriveStep(graph, options, states)
                : DeriveStreamedWindow(graph, options);
        }
        catch (EdgeSeqException)
        {
            // Why it does not stream says more.
            return null;
        }
    }

    /// <summary>A graph of a fixed length that ends in one value, all of whose nodes work on new columns only; null: there is such a node
    /// that does not.</summary>
    private static DerivedProgram? DeriveStreamedWindow(OnnxGraph graph, ConvertOptions options)
    {
        var candidate = TimeAxisSearch.Window(graph, TimeAxisGuess.Candidates(graph, options.TimeAxes, []), null);
        if (TimeAxisSearch.SizeOf(graph, candidate) is null || options.Hop is not null)
            return null;

        var analysis = Analysis.Of(graph, candidate.Axes);
        return WindowReuse.StreamHop(analysis) is int hop ? DeriveWindow(analysis, hop) : null;
    }

    private static bool TakesFixedMatrices(OnnxGraph graph, ConvertOptions options) =>
        options.TimeAxes.Count == 0
        && graph.Inputs.All(input => input.Dims is { Count: <= 2 } dims && dims.Skip(1).All(dim => dim.Size is not null));

    /// <summary>
    /// Stream where an input has an axis that may be time: an open one, or a fixed one in a graph without states. A fixed graph of
    /// matrices and vectors is one step.
    /// </summary>
    private static ConvertMode ModeOf(OnnxGraph graph, ConvertOptions options, List<StatePair> states)
    {
        var candidates = TimeAxisGuess.Candidates(graph, options.TimeAxes, states.Select(pair => pair.Input).ToHashSet());
        var open = candidates.Any(candidate => TimeAxisSearch.SizeOf(graph, candidate) is null);
        if (options.TimeAxes.Count == 0 && HasOwnHistory(graph))
            return ConvertMode.Step;

        return candidates.Count > 0 && (open || states.Count == 0 || options.TimeAxes.Count > 0) ? ConvertMode.Stream : ConvertMode.Step;
    }

    /// <summary>
    /// Observations [1, F] beside the last ones [1, H, F]: the caller keeps the history, so a call is one step. Neither axis is time.
    /// </summary>
    private static bool HasOwnHistory(OnnxGraph graph)
    {
        var dims = graph.Inputs.Select(input => input.Dims).ToArray();
        return dims.All(each => each is not null && each.All(dim => dim.Size is not null))
            && dims.Any(each => each is [{ Size: 1 }, var features]
            && dims.Any(other => other is [{ Size: 1 }, { Size: > 1 }, var last] && last.Size == features.Size));
    }

    private static DerivedProgram DeriveStep(OnnxGraph graph, ConvertOptions options, List<StatePair> states)
    {
        var open = TimeAxisGuess.Candidates(graph, options.TimeAxes, states.Select(pair => pair.Input).ToHashSet())
            .FirstOrDefault(candidate => candidate.Proof is TimeAxisProof.None or TimeAxisProof.Place
                && TimeAxisSearch.SizeOf(graph, candidate) is null);
        if (open is not null)
        {
            var length = options.Window ?? StepLength.Find(graph, open.Axes);
            graph = Simplification.Of(graph, new FoldOptions
            {
                Shapes = open.Axes.ToDictionary(axis => axis.Key, axis =>
                (IReadOnlyList<long>)WithLength(graph, axis.Key, axis.Value, length))
            });
        }

        var analysis = Analysis.Of(graph, new Dictionary<string, int>());
        var transform = StreamTransform.ForStep(analysis, states, new StreamOptions(), TransferRules.Table);
        return DerivedProgram.Of("step", transform, states);
    }

    /// <summary>One step of a graph whose keys and values of earlier steps come in and go out.</summary>
    private static DerivedProgram DeriveCachedStep(GrowingCaches caches, ConvertOptions options, List<StatePair> states)
    {
        var analysis = Analysis.Of(caches.OneStep(), caches.Axes, firstLength: 0);
        var transform = StreamTransform.ForStep(analysis, states, new StreamOptions(options.Positions, options.MaxContext),
            TransferRules.Table);
        return DerivedProgram.Of("step", transform, states) with { Caches = caches };
    }

    private static DerivedProgram DeriveWindow(OnnxGraph graph, ConvertOptions options)
    {
        var candidate = TimeAxisSearch.Window(graph, TimeAxisGuess.Candidates(graph, options.TimeAxes, SequenceLengths.Find(graph)),
            options.TimeAxes.Count > 0 ? null : options.Window);
        var size = TimeAxisSearch.SizeOf(graph, candidate);
        var window = options.Window ?? (int?)size ?? throw new EdgeSeqException(ErrorCodes.OptionInvalid,
            "--mode window needs the number of inputs in a window",
            $"give --window {WindowOffer.AnyLength}, or as many inputs as the model was trained on");
        if (size is long own && own != window)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--window {window}: the model takes {own} elements",
                $"give --window {own}");
        }

        var shapes = candidate.Axes.ToDictionary(pair => pair.Key, pair =>
            (IReadOnlyList<long>)WithLength(graph, pair.Key, pair.Value, window));
        var fixedGraph = Simplification.Of(SequenceLengths.Bind(graph, candidate.Axes), new FoldOptions { Shapes = shapes });
        return DeriveWindow(Analysis.Of(CroppedPadding.Without(fixedGraph), candidate.Axes), options.Hop ?? 1);
    }

    /// <summary>What windows have in common is kept from one to the next.</summary>
    private static DerivedProgram DeriveWindow(Analysis analysis, int hop)
    {
        if (WindowReuse.Of(analysis, hop) is { } reuse)
        {
            var transform = reuse.Alone(analysis, hop);
            return DerivedProgram.Of("window", transform, []) with
            {
                Analysis = analysis,
                Reports = reuse.Explained(transform.Reports),
                KeepsWindows = true,
            };
        }

        var clock = new Clock(hop, analysis.Length - 1);
        return DerivedProgram.Of("window", StreamTransform.ForWindow(analysis, clock, clock, [], TransferRules.Table), []);
    }

    private static long[] WithLength(OnnxGraph graph, string name, int axis, int length)
    {
        var dims = graph.Inputs.First(input => input.Name == name).Dims!.Select(dim => dim.Size ?? 1).ToArray();
        dims[axis] = length;
        return dims;
    }

    private static DerivedProgram DeriveStream(OnnxGraph graph, ConvertOptions options, List<StatePair> states)
    {
        var prepared = InitialStates.Bind(graph, states, options.TimeAxes);
        string[] noSequences = [.. states.Select(pair => pair.Input), .. SequenceLengths.Find(prepared)];
        var candidates = TimeAxisGuess.Candidates(prepared, options.TimeAxes, noSequences);
        var choices = new StreamOptions(options.Positions, options.MaxContext) { Chunk = options.Chunk ?? 1 };
        return DerivedProgram.Of("stream", TimeAxisSearch.Stream(prepared, candidates, choices), []) with
        { Kept = states };
    }
}
