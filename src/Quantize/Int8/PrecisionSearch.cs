using System.Globalization;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Raises single nodes of an int8 graph until the outputs keep what they must on recordings. Each time it tries every dearer form of
/// every node and takes the one that saves most error for its price.
/// </summary>
internal sealed class PrecisionSearch
{
    /// <summary>Share of the error that raising a node should save.</summary>
    private const double SmallestSaving = 0.1;

    private readonly FormedNodes _nodes;
    private readonly PrecisionGoal _goal;
    private readonly TrialRecordings _recordings;
    private readonly IProgress<string>? _progress;
    private readonly NodeForm?[] _forms;
    private readonly Dictionary<int, List<string>> _reasons = [];

    private PrecisionSearch(FormedNodes nodes, PrecisionGoal goal, TrialRecordings recordings, IProgress<string>? progress)
    {
        _nodes = nodes;
        _goal = goal;
        _recordings = recordings;
        _progress = progress;
        _forms = nodes.Cheapest();
    }

    /// <param name="kept">Why nodes stay float from the start, by name.</param>
    public static (StepGraph Graph, PrecisionReport Report) Run(
        FormedNodes nodes, PrecisionGoal goal, TrialRecordings recordings, IReadOnlyDictionary<string, string> kept,
        IProgress<string>? progress)
    {
        var search = new PrecisionSearch(nodes, goal, recordings, progress);
        var cheapest = nodes.Cheapest();
        var int8 = recordings.Try(nodes.Graph(cheapest));
        var reached = search.Raise(int8);
        return (nodes.Graph(search._forms), new PrecisionReport(search.Choices(cheapest, kept), int8, reached, goal.IsMetBy(reached)));
    }

    private TrialResult Raise(TrialResult result)
    {
        while (!_goal.IsMetBy(result))
        {
            _progress?.Report(string.Create(CultureInfo.InvariantCulture,
                $"raising precision: {result.SqnrDb:0.0} dB, loss {result.Loss:0.0000}"));
            var trials = Trials(result);
            if (trials.Count == 0)
                break;

            // The cheapest of many small gains would raise every node before the one that matters.
            var worthwhile = trials.Where(trial => trial.Result.Noise < (1 - SmallestSaving) * result.Noise);
            var best = worthwhile.DefaultIfEmpty(trials.MinBy(trial => trial.Result.Noise)!).MaxBy(trial => trial.Gain)!;

            _forms[best.Node] = best.Form;
            _reasons.TryAdd(best.Node, []);
            _reasons[best.Node].Add(Effect(result, best.Result));
            result = best.Result;
        }

        return result;
    }

    /// <summary>Every way to raise one node.</summary>
    private List<Trial> Trials(TrialResult before)
    {
        var trials = new List<Trial>();
        for (var node = 0; node < _forms.Length; node++)
        {
            if (_forms[node] is not NodeForm form)
                continue;

            foreach (var dearer in _nodes.Dearer(node, form))
            {
                var result = _recordings.Try(_nodes.Graph(With(_forms, node, dearer)));
                double saved = before.Noise - result.Noise, price = _nodes.Price(node, dearer) - _nodes.Price(node, form);
                trials.Add(new Trial(node, dearer, result, saved / price));
            }
        }

        return trials;
    }

    private List<NodeChoice> Choices(NodeForm?[] cheapest, IReadOnlyDictionary<string, string> kept)
    {
        int[] nodes = [.. Enumerable.Range(0, _forms.Length).Where(node => _forms[node] is not null)];
        var alone = nodes.ToDictionary(node => node, node => Alone(node, cheapest[node]));
        var left = nodes.ToDictionary(node => node, node => _forms[node] == cheapest[node] ? alone[node] : Alone(node, _forms[node]));
        double all = Math.Max(alone.Values.Sum(), double.Epsilon), allLeft = Math.Max(left.Values.Sum(), double.Epsilon);
        return [.. nodes.Select(node => new NodeChoice(
            _nodes[node].Name,
            _nodes[node].Op,
            _forms[node]!.Value.Text,
            alone[node] / all,
            left[node] / allLeft,
            _reasons.TryGetValue(node, out var reasons) ? string.Join(", ", reasons) : kept.GetValueOrDefault(_nodes[node].Name, "")))];
    }

    /// <summary>The error of the outputs where one node alone has a form and all others are float.</summary>
    private double Alone(int node, NodeForm? form)
    {
        var f32 = _forms.Select(each => each is null ? (NodeForm?)null : new NodeForm(NodePrecision.F32)).ToArray();
        return form?.Precision == NodePrecision.F32 ? 0 : _recordings.Try(_nodes.Graph(With(f32, node, form))).Noise;
    }

    private static string Effect(TrialResult before, TrialResult after) => string.Create(
        CultureInfo.InvariantCulture, $"{before.SqnrDb:0.0} to {after.SqnrDb:0.0} dB");

    private static NodeForm?[] With(NodeForm?[] forms, int node, NodeForm? form)
    {
        NodeForm?[] changed = [.. forms];
        changed[node] = form;
        return changed;
    }

    private sealed record Trial(int Node, NodeForm Form, TrialResult Result, double Gain);
}
