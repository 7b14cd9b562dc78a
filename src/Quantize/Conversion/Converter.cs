using System.Reflection;
using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.FrontEnds.Reading;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Onnx.Decomposition;
using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Reading;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Errors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

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
        var derived = DerivedProgram.Of("stream", FrontEndSegment.Alone(graph), []);

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

    /// <summary>What is to come is said, and refused where it is too much.</summary>
    internal static void Foresee(StepGraph steps, int length, ConvertOptions options)
    {
        var cost = ConversionCost.Of(steps, length, options);
        options.Foreseen?.Invoke(cost);
        cost.RequireWithin(options);
    }

    /// <summary>A loss that the user allows stands in the place of the defaults.</summary>
    internal static PrecisionGoal GoalOf(ConvertOptions options) =>
        options.Calibrate is null ? new PrecisionGoal(options.MinSqnrDb ?? ConvertOptions.DefaultMinNoiseSqnrDb, null, null)
        : options.MaxLoss is double loss ? new PrecisionGoal(options.MinSqnrDb, MaxProbabilityError: null, loss)
        : new PrecisionGoal(options.MinSqnrDb ?? ConvertOptions.DefaultMinSqnrDb, ConvertOptions.DefaultMaxProbabilityError, MaxLoss: null);

    private static ConversionResult ConvertChecked(string onnxPath, ConvertOptions options, IProgress<string>? progress)
    {
        progress?.Report($"reading {onnxPath}");
        var model = OnnxModel.Load(onnxPath);
        var (graph, histories) = Prepare(model.Graph, options);

        progress?.Report("deriving the step graph");
        var derived = ProgramDerivation.Of(graph, options, histories);

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
        using var noise = choices is null ? null : NoiseReference.Of(derived.Steps, f32, choices);
        var (steps, report) = choices is null ? (derived.Steps, null)
            : options.Calibrate is { } recordings ? Quantizer.Calibrate(derived.Steps, choices, description, recordings, progress)
            : NoisePrecision.Of(derived.Steps, noise!, choices, description, progress);
        var understanding = new Understanding(options, graph, derived.Analysis, derived.Steps)
            .AddMeaning(derived.Mode, derived.TimeIsOfRecurrence, derived.Kept).AddData(description.RateHz, description.Labels)
            .AddPrecision(choices?.Risks ?? UncalibratedRisks.None);
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
            Noise = noise is null ? null : Beside(noise, single),
            FloatProgram = choices is null ? single : f32,
        };
    }

    private static NoiseReport Beside(NoiseReference noise, byte[] program)
    {
        using var model = Model.LoadSingleStep(program.AsMemory(), "int8 program");
        return noise.Beside(model);
    }

    private static QuantizerOptions Choices(DerivedProgram derived, ConvertOptions options) => new()
    {
        FloatNodes = ExcludedNodes.Of(derived.Steps, derived.Reports, options.FloatNodes, options.Exclude),
        Risks = options.Calibrate is null ? UncalibratedRisks.Of(derived.Steps) : UncalibratedRisks.None,
        Goal = GoalOf(options),
        KeepsFreeFloat = options.Calibrate is null && GoalOf(options).MinSqnrDb > 0,
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
}
