using EdgeSeq.Quantize.Int8;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Conversion.Chains;

/// <summary>
/// The precision of a chain's nodes where no recordings say: every model's end, and each output, is to stand the wanted decibels above the
/// error. What is judged on is noise that swells as speech does.
/// </summary>
internal static class ChainPrecision
{
    /// <summary>At least so many outputs and steps are judged.</summary>
    private const int Outputs = 24, Steps = 256;

    private const int MostSteps = 20000;

    /// <param name="graph">With what every model gives as outputs.</param>
    /// <returns>The int8 graph, and a note where plain int8 does not serve.</returns>
    public static (StepGraph Graph, string? Note) Of(StepGraph graph, QuantizerOptions options, double wantedDb,
        ProgramDescription description, IProgress<string>? progress)
    {
        var trials = new TrialRecordings(graph, description, model => [Sound(model)]);
        var (quantized, report) = Quantizer.Raise(graph, options, new PrecisionGoal(wantedDb, null, null),
            new Dictionary<(int, WeightSlot), SecondMoments>(), trials, progress);
        return (quantized, Note(report, options, wantedDb));
    }

    private static string? Note(PrecisionReport report, QuantizerOptions options, double wantedDb)
    {
        string[] raised = [.. report.Nodes.Where(node => node.Form != "int8" && !options.IsExcluded(node.Name))
            .Select(node => $"{node.Name}: {(node.Form == "f32" ? "float" : node.Form)}")];
        return raised.Length == 0 ? null : FormattableString.Invariant(
            $"{string.Join("; ", raised)}: on noise, SQNR of what a model gives: {report.Reached.SqnrText}, in plain int8 {report.Int8.SqnrText} ({wantedDb:0.#} dB are wanted); --calibrate DATA looks at recordings");
    }

    private static Recording Sound(Model model)
    {
        var random = new Random(1);
        var sample = 0L;
        return Recording.Of(model.Inputs, StepsOf(model), step =>
        {
            for (var i = 0; i < model.Inputs.Count; i++)
            {
                if (model.Inputs[i].Type == ElementType.F32)
                    Fill(step.Floats(i), random, ref sample);
            }
        });
    }

    /// <summary>Until every output has been given often enough.</summary>
    private static int StepsOf(Model model) =>
        (int)Math.Min(MostSteps, model.Outputs.Max(output =>
            Math.Max(Steps, (output.Offset + (Outputs - 1L) * output.Rate) / model.InputRate + 1)));

    private static void Fill(Span<float> samples, Random random, ref long sample)
    {
        foreach (ref var value in samples)
        {
            var swell = 0.5 - 0.5 * Math.Cos(2 * Math.PI * sample / 4000);
            value = (float)(0.3 * swell * (random.NextDouble() + Math.Sin(2 * Math.PI * sample / 107) - 0.5));
            sample++;
        }
    }
}
