using System.Reflection;
using EdgeSeq.Quantize.Conversion.States;
using EdgeSeq.Quantize.Conversion.Windows;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.FrontEnds.Reading;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Steps.Passes;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Quantize.Streaming.Rules;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// From an ONNX file to a program: read, fold, derive the step graph, check it against ONNX Runtime on prefixes, quantise, write.
/// </summary>
public static class Converter
{
    public static string Version { get; } =
        typeof(Converter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <param name="onnxPath">The model.</param>
    /// <param name="options">The user's choices.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <exception cref="EdgeSeqException">ES02xx: bad file; ES04xx: unsupported graph, with the node's name; ES07xx: bad
    /// option.</exception>
    public static ConversionResult Convert(string onnxPath, ConvertOptions options, IProgress<string>? progress = null)
    {
        try
        {
            return ConvertChecked(onnxPath, options, progress);
        }
        catch (OverflowException overflow)
        {
            // All arithmetic on sizes is checked, wherever it stands.
            throw new EdgeSeqException(ErrorCodes.OnnxTooLarge, $"'{onnxPath}': its tensors have more elements than one array can hold",
                inner: overflow);
        }
    }

    /// <summary>A front end alone as a program: samples in, rows of features out.</summary>
    /// <param name="options"><see cref="ConvertOptions.FrontEnd"/> is set.</param>
    /// <exception cref="EdgeSeqException">ES0706: it is not understood; ES0417: it needs the whole recording.</exception>
    public static ConversionResult ConvertFrontEnd(ConvertOptions options, IProgress<string>? progress = null) =>
        ConvertFrontEnd(FrontEndText.Read(options.FrontEnd!), options, progress);

    internal static ConversionResult ConvertFrontEnd(FrontEnd frontEnd, ConvertOptions options, IProgress<string>? progress = null)
    {
        progress?.Report("deriving the step graph of the front end");
        var graph = frontEnd.Build(options.Chunk ?? 1);
        var derived = Finish("stream", FrontEndSegment.Alone(graph), []);

        progress?.Report("checking the step graph against ONNX Runtime");
        var description = FrontEndSegment.Describe(frontEnd, graph, derived.Reports, options, derived.Steps, Version);
        derived.Steps.EndWithoutFlush(PrefixCheck.Run(Checked(derived.Steps, description), derived.Analysis, derived.Steps, derived.States,
            null));
        var program = ProgramWriter.Write(derived.Steps, description);
        return new ConversionResult(program, derived.Mode, description.Nodes!, derived.Steps, derived.Steps, derived.States)
        {
            Notes = graph.Notes,
            FloatProgram = program,
        };
    }

    /// <summary>The float program; one that the runtime does not load (an empty tensor, an op without a form for the type) is a
    /// refusal.</summary>
    internal static byte[] Checked(StepGraph steps, ProgramDescription description)
    {
        try
        {
            return ProgramWriter.Write(steps, description);
        }
        catch (EdgeSeqException invalid) when (invalid.Code == ErrorCodes.OpInvalid || invalid.Code == ErrorCodes.ValueInvalid
            || invalid.Code == ErrorCodes.TensorInvalid)
        {
            throw new EdgeSeqException(ErrorCodes.NodeUnsupported, $"no step program has this form: {invalid.Message}", inner: invalid);
        }
    }

    internal static (StepGraph Graph, PrecisionReport? Report) Quantized(
        StepGraph steps, QuantizerOptions choices, RecordingSet? recordings, ProgramDescription description, IProgress<string>? progress) =>
        recordings is null ? (Quantizer.Quantize(steps, choices), null)
        : Quantizer.Calibrate(steps, choices, description, recordings, progress);

    /// <summary>What is to come is said, and refused where it is too much.</summary>
    internal static void Foresee(StepGraph steps, int length, ConvertOptions options)
    {
        var cost = ConversionCost.Of(steps, length, options);
        options.Foreseen?.Invoke(cost);
        cost.RequireWithin(options);
    }

    /// <summary>A loss that the user allows stands in the place of the defaults.</summary>
    internal static PrecisionGoal GoalOf(ConvertOptions options) => options.MaxLoss is double loss
        ? new PrecisionGoal(options.MinSqnrDb, MaxProbabilityError: null, loss)
        : new PrecisionGoal(options.MinSqnrDb ?? ConvertOptions.DefaultMinSqnrDb, ConvertOptions.DefaultMaxProbabilityError, MaxLoss: null);

    private static ConversionResult ConvertChecked(string onnxPath, ConvertOptions options, IProgress<string>? progress)
    {
        progress?.Report($"reading {onnxPath}");
        var model = OnnxModel.Load(onnxPath);
        var (graph, histories) = Prepare(model.Graph, options);

        progress?.Report("deriving the step graph");
        var derived = DeriveOrOffer(graph, options, histories);

        Foresee(derived.Steps, derived.Analysis.Length, options);

        progress?.Report("checking the step graph against ONNX Runtime");
        var description = Describe(model, derived, options);
        var f32 = Checked(derived.Steps, description);
        var unknownEnds = PrefixCheck.Run(f32, derived.Analysis, derived.Steps, derived.States, options.MaxContext,
            derived.KeepsWindows ? derived.Steps.Outputs[0].Clock.Rate : null);
        if (unknownEnds.Count > 0)
        {
            derived.Steps.EndWithoutFlush(unknownEnds);
            f32 = Checked(derived.Steps, description);
        }

        if (derived.Mode == "stream")
        {
            FirstElementCheck.Run(derived.Analysis);
        }
        else if (options.Chunk > 1)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--chunk {options.Chunk}: the model became a {derived.Mode} program",
                "chunks are for streams; give --mode stream to see why it is none, or leave --chunk out");
        }

        var choices = options.Precision == ConvertPrecision.Int8 ? Choices(derived, options) : null;
        var (steps, report) = choices is null ? (derived.Steps, null)
            : Quantized(derived.Steps, choices, options.Calibrate, description, progress);
        var understanding = new Understanding(options, graph, derived.Analysis, derived.Steps)
            .AddMeaning(derived.Mode, derived.TimeIsOfRecurrence, derived.Kept).AddData(description.RateHz, description.Labels)
            .AddPrecision(choices?.Risks ?? new Dictionary<string, string>());
        description = description with
        {
            Nodes = PrecisionReports.Annotated(description.Nodes!, steps, choices),
            Choices = [.. understanding.Choices],
        };
        var single = ProgramWriter.Write(steps, description);
        var program = options.Chunk > 1 ? ProgramWriter.Write(steps, description with { Chunk = options.Chunk.Value }) : single;
        return new ConversionResult(program, derived.Mode, description.Nodes, steps, derived.Steps,
            derived.States)
        {
            Caches = derived.Caches,
            Lengths = derived.Mode == "step" ? [] : SequenceLengths.Find(graph),
            KeptStates = derived.Kept,
            ConstantOutputs = derived.Constants.ToDictionary(constant => constant.Name, constant => constant.Tensor.ToFloats()),
            Precision = report,
            Choices = description.Choices,
            Noise = choices is null ? null : NoiseComparison.Of(f32, single),
            FloatProgram = choices is null ? single : f32,
        };
    }

    private static QuantizerOptions Choices(DerivedProgram derived, ConvertOptions options) => new()
    {
        FloatNodes = ExcludedNodes.Of(derived.Steps, derived.Reports, options.FloatNodes, options.Exclude),
        Risks = options.Calibrate is null ? UncalibratedRisks.Of(derived.Steps) : new Dictionary<string, string>(),
        Goal = GoalOf(options),
        Labels = options.CalibrationLabels,
    };

    private static (OnnxGraph Graph, List<(string Input, string Output)> Histories) Prepare(OnnxGraph source, ConvertOptions options)
    {
        var graph = source.Clone();
        var histories = InputEdits.Apply(graph, options);
        if (options.Normalize is { } stats)
            InputNormalization.Apply(graph, stats);

        var simplified = Simplification.Of(graph, new FoldOptions { Values = options.Set });
        LostConstants.Refuse(simplified);
        return (simplified, histories);
    }

    /// <summary>What cannot stream may run in windows: that is offered where it has been tried, and nowhere else.</summary>
    private static DerivedProgram DeriveOrOffer(OnnxGraph graph, ConvertOptions options, List<(string Input, string Output)> histories)
    {
        try
        {
            var derived = Derive(graph, options, histories);
            WindowOffer.RequireOutput(derived.Mode, derived.Analysis, derived.Steps);
            return derived;
        }
        catch (EdgeSeqException refused) when (options.Mode is ConvertMode.Auto or ConvertMode.Stream && WindowOffer.MayHelp(refused))
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
        return Finish("step", transform, states);
    }

    /// <summary>One step of a graph whose keys and values of earlier steps come in and go out.</summary>
    private static DerivedProgram DeriveCachedStep(GrowingCaches caches, ConvertOptions options, List<StatePair> states)
    {
        var analysis = Analysis.Of(caches.OneStep(), caches.Axes, firstLength: 0);
        var transform = StreamTransform.ForStep(analysis, states, new StreamOptions(options.Positions, options.MaxContext),
            TransferRules.Table);
        return Finish("step", transform, states) with { Caches = caches };
    }

    private static DerivedProgram DeriveWindow(OnnxGraph graph, ConvertOptions options)
    {
        var candidate = TimeAxisSearch.Window(graph, TimeAxisGuess.Candidates(graph, options.TimeAxes, SequenceLengths.Find(graph)),
            options.TimeAxes.Count > 0 ? null : options.Window);
        var size = TimeAxisSearch.SizeOf(graph, candidate);
        var window = options.Window ?? (int?)size ?? throw new EdgeSeqException(ErrorCodes.OptionInvalid,
            "--mode window needs the number of inputs in a window", "give --window W");
        if (size is long own && own != window)
        {
            throw new EdgeSeqException(ErrorCodes.OptionInvalid, $"--window {window}: the model takes {own} elements",
                $"give --window {own}");
        }

        var shapes = candidate.Axes.ToDictionary(pair => pair.Key, pair =>
            (IReadOnlyList<long>)WithLength(graph, pair.Key, pair.Value, window));
        var fixedGraph = Simplification.Of(SequenceLengths.Bind(graph, candidate.Axes), new FoldOptions { Shapes = shapes });
        return DeriveWindow(Analysis.Of(fixedGraph, candidate.Axes), options.Hop ?? 1);
    }

    /// <summary>What windows have in common is kept from one to the next.</summary>
    private static DerivedProgram DeriveWindow(Analysis analysis, int hop)
    {
        if (WindowReuse.Of(analysis, hop) is { } reuse)
        {
            var transform = reuse.Alone(analysis, hop);
            return Finish("window", transform, []) with
            {
                Analysis = analysis,
                Reports = reuse.Explained(transform.Reports),
                KeepsWindows = true,
            };
        }

        var clock = new Clock(hop, analysis.Length - 1);
        return Finish("window", StreamTransform.ForWindow(analysis, clock, clock, [], TransferRules.Table), []);
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
        return Finish("stream", TimeAxisSearch.Stream(prepared, candidates, choices), []) with
        { Kept = states };
    }

    private static DerivedProgram Finish(string mode, StreamTransform transform, List<StatePair> states)
    {
        var steps = transform.Steps ?? transform.Run(states);
        StepSimplification.Apply(steps);
        return new DerivedProgram(mode, steps, transform.Analysis, states,
            [.. transform.Reports])
        { Constants = transform.ConstantOutputs, TimeIsOfRecurrence = transform.TimeIsOfRecurrence };
    }

    private static ProgramDescription Describe(OnnxModel model, DerivedProgram derived, ConvertOptions options) => new()
    {
        Name = options.Name ?? Path.GetFileNameWithoutExtension(model.Path),
        Mode = derived.Mode,
        RateHz = DataDescription.RateHz(derived.Mode, options, model.RateHz),
        Inputs = DataDescription.Of(derived.Steps, options, derived.Mode == "window"),
        Decide = options.Decide,
        Labels = DataDescription.Labels(derived.Steps, options.Labels, model.Labels),
        Text = options.Vocabulary?.Spec,
        Vocabulary = options.Vocabulary?.Bytes,
        Nodes = derived.Reports,
        Provenance = new Provenance
        {
            OnnxFile = Path.GetFileName(model.Path),
            OnnxSha256 = model.Sha256,
            Converter = $"edgeseq-convert {Version}",
            Precision = options.Precision == ConvertPrecision.Int8 ? "int8" : "f32",
            Calibration = options.Precision == ConvertPrecision.Int8 ? options.Calibrate?.Name : null,
            Options = RecordedOptions.Write(options),
        },
    };

    private sealed record DerivedProgram(string Mode, StepGraph Steps, Analysis Analysis, IReadOnlyList<StatePair> States,
        NodeReport[] Reports)
    {
        public GrowingCaches? Caches { get; init; }

        /// <summary>Windows keep what they have in common.</summary>
        public bool KeepsWindows { get; init; }

        public bool TimeIsOfRecurrence { get; init; }

        public IReadOnlyList<ConstantWire> Constants { get; init; } = [];

        /// <summary>Pairs that the session keeps, whether they go round through the graph or were initial and final states of a
        /// sequence.</summary>
        public IReadOnlyList<StatePair> Kept { get; init; } = States;
    }
}
