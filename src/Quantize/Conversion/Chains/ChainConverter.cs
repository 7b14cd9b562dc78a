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
        var kept = isJudged ? KeptFloat(steps, derived, options, description, progress) : [];
        steps.Outputs.RemoveAll(output => judged.Contains(output.Name));
        var f32 = Converter.Checked(steps, description);
        var choices = options.Precision == ConvertPrecision.Int8 ? Choices(steps, derived, options, kept) : null;
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

    /// <summary>Nodes that int8 does not suit, and a note on them.</summary>
    private static string[] KeptFloat(StepGraph steps, ChainDerivation derived, ConvertOptions options, ProgramDescription description,
        IProgress<string>? progress)
    {
        progress?.Report("looking for the nodes that int8 suits");
        var wanted = options.MinSqnrDb ?? ConvertOptions.DefaultMinSqnrDb;
        var plain = Choices(steps, derived, options, []);
        string[] nodes = [.. steps.Nodes.Where(node => !plain.StaysFloat(node.Name) && NodePrecisions.CanBeInt8(node)).Select(node =>
            node.Name).Distinct()];
        var count = ChainPrecision.FloatNodes(Converter.Checked(steps, description), nodes.Length, wanted, kept =>
            ProgramWriter.Write(Quantizer.Quantize(steps, Choices(steps, derived, options, nodes[..kept])), description));
        if (count > 0)
        {
            derived.Notes.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{count} of {nodes.Length} nodes stay float, up to {nodes[count - 1]}: in int8 what a model gives would stand less "
                    + $"than {wanted} dB above the error on noise; --calibrate DATA looks node by node"));
        }

        return nodes[..count];
    }

    /// <summary>What stands before and between the models stays float.</summary>
    private static QuantizerOptions Choices(StepGraph steps, ChainDerivation derived, ConvertOptions options, string[] kept)
    {
        var excluded = ExcludedNodes.Of(steps, derived.Reports, options.FloatNodes, options.Exclude).ToDictionary();
        foreach (var name in steps.Nodes.Select(node => node.Name).Where(name =>
            name.StartsWith(GraphScope.Prefix, StringComparison.Ordinal)))
        {
            excluded.TryAdd(name, "front end");
        }

        foreach (var name in kept)
            excluded.TryAdd(name, "what its model gives asks for float");

        return new QuantizerOptions
        {
            FloatNodes = excluded,
            Risks = options.Calibrate is null ? UncalibratedRisks.Of(steps) : new Dictionary<string, string>(),
            Goal = Converter.GoalOf(options),
            Labels = options.CalibrationLabels,
        };
    }
}
