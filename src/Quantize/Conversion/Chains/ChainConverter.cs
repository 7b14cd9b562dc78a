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
    /// <summary>Several models, with what stands before and between them, as one program.</summary>
    /// <exception cref="EdgeSeqException">ES0706: parts, links or sizes do not fit; otherwise as for one model.</exception>
    public static ConversionResult Convert(ChainSpec chain, ConvertOptions options, IProgress<string>? progress = null)
    {
        var derived = ChainDerivation.Run(chain, options, progress);
        var steps = derived.Steps;
        StepSimplification.Apply(steps);
        Converter.Foresee(steps, 0, options);

        var description = ChainDescription.Of(chain, derived, options, Converter.Version);
        var f32 = Converter.Checked(steps, description);
        var choices = options.Precision == ConvertPrecision.Int8 ? Choices(steps, derived, options, 0) : null;
        if (choices is not null && options.Calibrate is null && options.MinSqnrDb is not 0)
        {
            progress?.Report("looking for the parts that int8 suits");
            var wanted = options.MinSqnrDb ?? ConvertOptions.DefaultMinSqnrDb;
            var kept = ChainPrecision.FloatParts(f32, derived.ModelParts.Count, wanted,
                parts => ProgramWriter.Write(Quantizer.Quantize(steps, Choices(steps, derived, options, parts)), description));
            choices = Choices(steps, derived, options, kept);
            foreach (var part in derived.ModelParts.Take(kept))
            {
                derived.Notes.Add($"{part} stays float: in int8 the chain's end would be less than {wanted} dB above the error on noise; "
                    + "--calibrate DATA looks node by node");
            }
        }

        var (written, report) = choices is null ? (steps, null)
            : Converter.Quantized(steps, choices, options.Calibrate, description, progress);
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
    private static QuantizerOptions Choices(StepGraph steps, ChainDerivation derived, ConvertOptions options, int floatParts)
    {
        var excluded = ExcludedNodes.Of(steps, derived.Reports, options.FloatNodes, options.Exclude).ToDictionary();
        foreach (var name in steps.Nodes.Select(node => node.Name).Where(name =>
            name.StartsWith(GraphScope.Prefix, StringComparison.Ordinal)))
        {
            excluded.TryAdd(name, "front end");
        }

        foreach (var part in derived.ModelParts.Take(floatParts))
        {
            foreach (var name in steps.Nodes.Select(node => node.Name)
                .Where(name => derived.ModelParts.Count == 1 || name.StartsWith($"{part}/", StringComparison.Ordinal)))
            {
                excluded.TryAdd(name, "the chain's end asks for float");
            }
        }

        return new QuantizerOptions
        {
            FloatNodes = excluded,
            Risks = options.Calibrate is null ? UncalibratedRisks.Of(steps) : new Dictionary<string, string>(),
            Goal = Converter.GoalOf(options),
            Labels = options.CalibrationLabels,
        };
    }
}
