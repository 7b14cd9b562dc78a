using EdgeSeq.Quantize.FrontEnds;
using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Steps.Passes;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>From a chain to a program: derive each part on the wires of those before it, quantise, write.</summary>
public static class ChainConverter
{
    /// <summary>What every model's end keeps on sound that swells and falls, most of which is quiet.</summary>
    private const double DefaultMinSqnrDb = 30;

    /// <summary>Several models, with what stands before and between them, as one program.</summary>
    /// <exception cref="EdgeSeqException">ES0706: parts, links or sizes do not fit; otherwise as for one model.</exception>
    public static ConversionResult Convert(ChainSpec chain, ConvertOptions options, IProgress<string>? progress = null) =>
        Convert(chain, ChainDerivation.Run(chain, options, progress), options, progress);

    internal static ConversionResult Convert(ChainSpec chain, ChainDerivation derived, ConvertOptions options, IProgress<string>? progress)
    {
        var steps = derived.Steps;
        var isJudged = options.Precision == ConvertPrecision.Int8 && options.Calibrate is null && options.MinSqnrDb is not 0;
        var judged = isJudged ? derived.GiveModels() : [];
        StepSimplification.Apply(steps);
        Converter.Foresee(steps, 0, options);

        var description = ChainDescription.Of(chain, derived, options, Converter.Version);
        var choices = options.Precision == ConvertPrecision.Int8 ? Choices(steps, derived, options) : null;
        StepGraph? raised = null;
        if (isJudged)
        {
            progress?.Report("looking for the nodes that int8 suits");
            (raised, var note) = ChainPrecision.Of(steps, choices!, options.MinSqnrDb ?? DefaultMinSqnrDb, description,
                progress);
            raised.Outputs.RemoveAll(output => judged.Contains(output.Name));
            derived.Notes.AddRange(note is null ? [] : [note]);
        }

        steps.Outputs.RemoveAll(output => judged.Contains(output.Name));
        var f32 = Converter.Checked(steps, description);
        var (written, report) = raised is not null ? (raised, null) : choices is null ? (steps, null)
            : options.Calibrate is { } recordings ? Quantizer.Calibrate(steps, choices, description, recordings, progress)
            : (Quantizer.Quantize(steps, choices), null);
        description = description with { Nodes = PrecisionReports.Annotated(description.Nodes!, written, choices) };
        var program = ProgramWriter.Write(written, description);
        return new ConversionResult(program, description.Mode, description.Nodes!, written, steps, derived.States)
        {
            FloatProgram = f32,
            KeptStates = derived.States,
            Notes = derived.Notes,
            Precision = report,
        };
    }

    /// <summary>What stands before and between the models stays float.</summary>
    private static QuantizerOptions Choices(StepGraph steps, ChainDerivation derived, ConvertOptions options)
    {
        var excluded = ExcludedNodes.Of(steps, derived.Reports, options.FloatNodes, options.Exclude).ToDictionary();
        foreach (var name in steps.Nodes.Select(node => node.Name).Where(name =>
            name.StartsWith(GraphScope.Prefix, StringComparison.Ordinal)))
        {
            excluded.TryAdd(name, "front end");
        }

        return new QuantizerOptions
        {
            FloatNodes = excluded,
            Risks = options.Calibrate is null ? UncalibratedRisks.Of(steps) : UncalibratedRisks.None,
            Goal = Converter.GoalOf(options),
            Labels = options.CalibrationLabels,
        };
    }
}
