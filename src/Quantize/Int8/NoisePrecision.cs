using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// The precision of the nodes where no recordings say: on noise, every output is to stand the wanted decibels above its error. Nodes get
/// more precision until it does, where that can be found out in a few seconds.
/// </summary>
internal static class NoisePrecision
{
    /// <summary>Multiplications that the search may take, and as how many the writing and loading of one weight counts.</summary>
    private const double MostMacs = 1e10, MacsPerWeight = 100;

    /// <summary>Trials of a node with weights: its forms alone, and its rises.</summary>
    private const int TrialsPerNode = 4;

    /// <param name="graph">Stays as it is.</param>
    /// <param name="options">Its goal is what is wanted.</param>
    /// <param name="noise">Of the graph's program.</param>
    /// <returns>No report where plain int8 serves, or where a search would take too long.</returns>
    public static (StepGraph Graph, PrecisionReport? Report) Of(
        StepGraph graph, NoiseReference noise, QuantizerOptions options, ProgramDescription description, IProgress<string>? progress)
    {
        var plain = Quantizer.Quantize(graph, options);
        if (options.Goal is not { MinSqnrDb: > 0 and double wanted } goal)
            return (plain, null);

        var fitted = Quantizer.Quantize(graph, options, NoiseMoments.Of(plain, description, noise.Domains, onlyStates: true));
        if (Stands(fitted, wanted) || Steps(graph, noise) is not int steps)
            return (fitted, null);

        progress?.Report("fitting codes to what layers multiply");
        var moments = NoiseMoments.Of(plain, description, noise.Domains);
        progress?.Report("looking for the nodes that int8 suits");
        return Quantizer.Raise(graph, options, goal, moments,
            new TrialRecordings(graph, description,
                model => [.. noise.Domains.Select(domain => NoiseRecording.Of(model, domain, steps))]),
            progress);

        bool Stands(StepGraph quantized, double decibels)
        {
            using var model = ProgramWriter.Load(quantized, description, new PackedConstants());
            return noise.Beside(model).Outputs.All(output => !(output.SqnrDb < decibels));
        }
    }

    /// <summary>Steps of one trial; null where too few could be afforded.</summary>
    private static int? Steps(StepGraph graph, NoiseReference noise)
    {
        var model = noise.Model;
        var nodes = graph.Nodes.Where(NodePrecisions.CanBeInt8).ToArray();
        var weights = nodes.SelectMany(node => node.Inputs).OfType<StepValue>().Where(value => value.Place == ValuePlace.Constant)
            .Select(value => value.Root).Distinct().Sum(value => (double)value.Length);
        double left = MostMacs / (TrialsPerNode * Math.Max(1, nodes.Length)) - MacsPerWeight * weights,
            macs = NoiseComparison.MacsPerStep(model) * model.InputRate * noise.Domains.Count,
            steps = Math.Min(NoiseComparison.StepsOf(model), left / Math.Max(1, macs));
        return steps >= NoiseComparison.LeastStepsOf(model) ? (int)steps : null;
    }
}
