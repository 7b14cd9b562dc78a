using System.Globalization;
using EdgeSeq.Quantize.Replay;
using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Verification;
using EdgeSeq.Quantize.Writing;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Quantize.Quantization;

/// <summary>
/// Raises single nodes of an int8 graph, first to 16-bit activations, then to float, until every output stands far enough above its
/// error on recordings. Each time it tries every node and takes the one that saves most error for its cost.
/// </summary>
internal sealed class PrecisionSearch
{
    /// <summary>Steps on which the error is measured; every trial runs them again.</summary>
    private const int MaxSteps = 4096;

    private readonly ProgramDescription _description;
    private readonly List<Recording> _recordings = [];
    private readonly List<OutputTrace> _expected = [];

    private PrecisionSearch(StepGraph f32, ProgramDescription description, RecordingSet recordings)
    {
        _description = description;
        using var model = Model.Load(ProgramWriter.Write(f32, description), description.Name);
        using var session = model.CreateSession();
        using var source = recordings.Open(model);
        foreach (var recording in Recording.ReadAll(source, model.Inputs, MaxSteps))
        {
            _recordings.Add(recording);
            _expected.Add(OutputTrace.Of(model, session, recording));
        }
    }

    /// <param name="f32">The float graph.</param>
    /// <param name="int8">The same nodes in int8; stays as it is.</param>
    /// <param name="minSqnrDb">What every output must reach.</param>
    public static StepGraph Run(
        StepGraph f32, StepGraph int8, double minSqnrDb, ProgramDescription description, RecordingSet recordings, IProgress<string>? progress)
    {
        var search = new PrecisionSearch(f32, description, recordings);
        double wanted = Math.Pow(10, -minSqnrDb / 10);
        var graph = int8;
        double noise = search.Noise(graph);
        while (noise > wanted)
        {
            progress?.Report(string.Create(CultureInfo.InvariantCulture, $"raising precision: {-10 * Math.Log10(noise):0.0} of {minSqnrDb:0.0} dB"));
            var trials = search.Trials(f32, graph, noise);
            if (trials.Count == 0)
            {
                break;
            }

            (graph, noise, _) = trials.MaxBy(trial => trial.Gain);
        }

        return graph;
    }

    /// <summary>Every graph with one node raised, its noise, and the noise saved for each weight that gets dearer.</summary>
    private List<(StepGraph Graph, double Noise, double Gain)> Trials(StepGraph f32, StepGraph graph, double noise)
    {
        var trials = new List<(StepGraph, double, double)>();
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            if (NodePrecisions.Raised(graph.Nodes[i], f32.Nodes[i]) is not StepNode raised)
            {
                continue;
            }

            var trial = graph.Copy();
            trial.Nodes[i] = raised;
            double left = Noise(trial);

            // int8 twice costs one more pass over the weights, float reads four times as many bytes.
            int dearer = NodePrecisions.Of(raised) == NodePrecision.F32 ? 3 : 1;
            trials.Add((trial, left, (noise - left) / (dearer * (1.0 + WeightCount(raised)))));
        }

        return trials;
    }

    /// <summary>The largest share of error energy in any output.</summary>
    private double Noise(StepGraph graph)
    {
        using var model = Model.Load(ProgramWriter.Write(graph, _description), _description.Name);
        using var session = model.CreateSession();
        var errors = model.Outputs.Select(_ => new OutputError()).ToArray();
        for (int r = 0; r < _recordings.Count; r++)
        {
            var actual = OutputTrace.Of(model, session, _recordings[r]);
            for (int output = 0; output < errors.Length; output++)
            {
                for (int tick = 0; tick < actual.Ticks(output); tick++)
                {
                    errors[output].Add(actual.At(output, tick), _expected[r].At(output, tick));
                }
            }
        }

        return errors.Max(error => error.SqnrDb is double sqnr ? Math.Pow(10, -sqnr / 10) : 0);
    }

    private static double WeightCount(StepNode node) =>
        node.Inputs.Where(value => value is { Place: ValuePlace.Constant, Layout.IsVector: false }).Sum(value => (double)value!.Length);
}
