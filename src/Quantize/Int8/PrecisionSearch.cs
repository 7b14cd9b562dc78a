using System.Globalization;
using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Int8;

/// <summary>
/// Raises single nodes of an int8 graph until the outputs keep what they must on recordings. What a node adds to the errors is measured
/// once for each of its forms, with all other nodes in float; small errors add up, so each time the node and form are taken that save most
/// of their sum for the price.
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
    private readonly Dictionary<(int Node, NodeForm Form), double[]> _alone = [];
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
    /// <param name="raiseFree">What float costs nothing is float, whatever the goal.</param>
    public static (StepGraph Graph, PrecisionReport Report) Run(
        FormedNodes nodes, PrecisionGoal goal, TrialRecordings recordings, IReadOnlyDictionary<string, string> kept,
        bool raiseFree, IProgress<string>? progress)
    {
        var search = new PrecisionSearch(nodes, goal, recordings, progress);
        var cheapest = nodes.Cheapest();
        var int8 = recordings.Try(nodes.Graph(cheapest));
        var reached = search.Raise(raiseFree ? search.RaiseFree(int8) : int8);
        return (nodes.Graph(search._forms), new PrecisionReport(search.Choices(cheapest, kept), int8, reached, goal.IsMetBy(reached)));
    }

    private TrialResult RaiseFree(TrialResult result)
    {
        foreach (var node in Enumerable.Range(0, _forms.Length).Where(node => _forms[node]?.Precision == NodePrecision.Int8
            && FormedNodes.IsFreeInFloat(_nodes[node])))
        {
            _forms[node] = new NodeForm(NodePrecision.F32);
            var reached = _recordings.Try(_nodes.Graph(_forms));
            _reasons[node] = ["as fast in float", Effect(result, reached)];
            result = reached;
        }

        return result;
    }

    private TrialResult Raise(TrialResult result)
    {
        while (!_goal.IsMetBy(result))
        {
            _progress?.Report(string.Create(CultureInfo.InvariantCulture,
                $"raising precision: {result.SqnrText}, loss {result.Loss:0.0000}"));
            if (BestRise() is not { } best)
                break;

            _forms[best.Node] = best.Form;
            var reached = _recordings.Try(_nodes.Graph(_forms));
            _reasons.TryAdd(best.Node, []);
            _reasons[best.Node].Add(Effect(result, reached));
            result = reached;
        }

        return result;
    }

    /// <summary>The way to raise one node that is to be taken; null where none is left. To measure a form takes a trial, so it is measured
    /// only where it would be taken if it left no error: what is taken is then what measuring all of them would have found.</summary>
    private Rise? BestRise()
    {
        int[] nodes = [.. Enumerable.Range(0, _forms.Length).Where(node => _forms[node] is not null)];
        var sums = Sum(nodes.Select(node => Alone(node, _forms[node]!.Value)));
        var now = sums.Max();
        var rises = nodes.SelectMany(node => _nodes.Dearer(node, _forms[node]!.Value).Select(form => RiseOf(node, form, sums))).ToList();
        while (rises.Count > 0)
        {
            // The cheapest of many small gains would raise every node before the one that matters.
            var worthwhile = rises.Where(rise => rise.Noise < (1 - SmallestSaving) * now);
            var best = worthwhile.DefaultIfEmpty(rises.MinBy(rise => rise.Noise)!).MaxBy(rise => rise.Gain)!;
            if (IsMeasured(best.Node, best.Form))
                return best;

            Alone(best.Node, best.Form);
            rises[rises.IndexOf(best)] = RiseOf(best.Node, best.Form, sums);
        }

        return null;
    }

    /// <summary>With the error of the form, or none where that is not measured.</summary>
    /// <param name="sums">Of the errors of all nodes as they are.</param>
    private Rise RiseOf(int node, NodeForm dearer, double[] sums)
    {
        var form = _forms[node]!.Value;
        var owns = IsMeasured(node, dearer) ? Alone(node, dearer) : new double[_recordings.Errors];
        var noise = sums.Zip(Alone(node, form), (sum, old) => sum - old).Zip(owns, (rest, own) => rest + own).Max();
        return new Rise(node, dearer, noise, (sums.Max() - noise) / (_nodes.Price(node, dearer) - _nodes.Price(node, form)));
    }

    private bool IsMeasured(int node, NodeForm form) => form.Precision == NodePrecision.F32 || _alone.ContainsKey((node, form));

    private List<NodeChoice> Choices(NodeForm?[] cheapest, IReadOnlyDictionary<string, string> kept)
    {
        int[] nodes = [.. Enumerable.Range(0, _forms.Length).Where(node => _forms[node] is not null)];
        var alone = nodes.ToDictionary(node => node, node => Alone(node, cheapest[node]!.Value).Max());
        var left = nodes.ToDictionary(node => node, node => Alone(node, _forms[node]!.Value).Max());
        double all = Math.Max(alone.Values.Sum(), double.Epsilon), allLeft = Math.Max(left.Values.Sum(), double.Epsilon);
        return [.. nodes.Select(node => new NodeChoice(
            _nodes[node].Name,
            _nodes[node].Op,
            _forms[node]!.Value.Text,
            alone[node] / all,
            left[node] / allLeft,
            _reasons.TryGetValue(node, out var reasons) ? string.Join(", ", reasons)
                : kept.GetValueOrDefault(_nodes[node].Name) ?? WhyFloat(node, cheapest[node]!.Value)))];
    }

    /// <summary>Why the node was never anything else; empty where it is not float, or not for its time.</summary>
    private string WhyFloat(int node, NodeForm cheapest) => cheapest.Precision != NodePrecision.F32 ? ""
        : NodePrecisions.IsFasterInFloat(_nodes[node]) ? "faster in float"
        : FormedNodes.IsFreeInFloat(_nodes[node]) ? "as fast in float" : "";

    /// <summary>The errors where one node alone has a form and all others are float.</summary>
    private double[] Alone(int node, NodeForm form)
    {
        if (form.Precision == NodePrecision.F32)
            return new double[_recordings.Errors];

        if (!_alone.TryGetValue((node, form), out var noises))
        {
            var forms = _forms.Select((each, i) => each is null ? (NodeForm?)null : i == node ? form : new NodeForm(NodePrecision.F32));
            _alone[(node, form)] = noises = _recordings.Noises(_nodes.Graph([.. forms]));
        }

        return noises;
    }

    private double[] Sum(IEnumerable<double[]> noises) =>
        noises.Aggregate(new double[_recordings.Errors], (sums, each) => [.. sums.Zip(each, (sum, noise) => sum + noise)]);

    private static string Effect(TrialResult before, TrialResult after) => before.SqnrDb is { } from && after.SqnrDb is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{from:0.0} to {after.SqnrText}") : $"{before.SqnrText} to {after.SqnrText}";

    /// <param name="Noise">What the errors would add up to.</param>
    private sealed record Rise(int Node, NodeForm Form, double Noise, double Gain);
}
