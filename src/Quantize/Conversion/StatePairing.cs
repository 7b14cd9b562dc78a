using System.Text.RegularExpressions;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Quantize.Streaming;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Finds which outputs of a graph are the next values of which inputs: as the user says, then by name (h0 and hn, state and stateN,
/// past_key and present_key), then by a shape that fits just one input and one output, or as many inputs as outputs in their order.
/// </summary>
internal static partial class StatePairing
{
    private static readonly HashSet<string> Directions =
    [
        "in", "out", "input", "output", "prev", "previous", "next", "new", "old", "past", "present", "init", "initial", "final", "last",
        "cur", "current", "updated", "n", "i", "o",
    ];

    public static List<StatePair> Find(OnnxGraph graph, IReadOnlyList<(string Input, string Output)> given)
    {
        var pairs = given.Select(pair => Explicit(graph, pair.Input, pair.Output)).ToList();
        AddByName(graph, pairs);
        AddByShape(graph, pairs);
        return pairs;
    }

    private static StatePair Explicit(OnnxGraph graph, string input, string output)
    {
        var from = graph.Inputs.FirstOrDefault(value => value.Name == input) ?? throw Missing("input", input, graph.Inputs);
        var to = graph.Outputs.FirstOrDefault(value => value.Name == output) ?? throw Missing("output", output, graph.Outputs);
        return Fits(from, to)
            ? new StatePair(input, output)
            : throw new EdgeSeqException(ErrorCodes.StatePairInvalid, $"state {from} does not have the type and shape of {to}");
    }

    private static EdgeSeqException Missing(string what, string name, IEnumerable<OnnxValue> values) =>
        new(ErrorCodes.InputValueInvalid, $"--state: there is no {what} '{name}'", $"{what}s are {string.Join(", ", values.Select(value => value.Name))}");

    private static void AddByName(OnnxGraph graph, List<StatePair> pairs)
    {
        foreach (var input in Free(graph.Inputs, pairs.Select(pair => pair.Input)))
        {
            var matches = Free(graph.Outputs, pairs.Select(pair => pair.Output)).Where(output => (output.ElementType == OnnxElementType.Undefined || Fits(input, output)) && SameState(input.Name, output.Name)).ToArray();
            if (matches.Length == 1)
                pairs.Add(new StatePair(input.Name, matches[0].Name));
        }
    }

    /// <summary>The first free input and output are the data: exporters list them before the states.</summary>
    private static void AddByShape(OnnxGraph graph, List<StatePair> pairs)
    {
        var inputs = Free(graph.Inputs, pairs.Select(pair => pair.Input)).Skip(1).ToList();
        var outputs = Free(graph.Outputs, pairs.Select(pair => pair.Output)).Skip(1).ToList();
        foreach (var group in inputs.Where(input => input.Dims is { Count: > 1 }).GroupBy(Signature).ToList())
        {
            var next = outputs.Where(output => group.All(input => Fits(input, output))).ToArray();
            if (next.Length == group.Count())
            {
                pairs.AddRange(group.Zip(next, (input, output) => new StatePair(input.Name, output.Name)));
                inputs.RemoveAll(group.Contains);
                outputs.RemoveAll(next.Contains);
            }
        }
    }

    private static List<OnnxValue> Free(IEnumerable<OnnxValue> values, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet();
        return [.. values.Where(value => !names.Contains(value.Name))];
    }

    private static string Signature(OnnxValue value) => $"{value.ElementType}{string.Join(',', value.Dims!.Select(dim => dim.Size?.ToString() ?? "?"))}";

    /// <summary>Same type and rank, and no dimension that is fixed to different sizes.</summary>
    private static bool Fits(OnnxValue input, OnnxValue output) =>
        input.ElementType == output.ElementType
        && (input.Dims is null || output.Dims is null
            || (input.Dims.Count == output.Dims.Count && input.Dims.Zip(output.Dims).All(pair => pair.First.Size is null || pair.Second.Size is null || pair.First.Size == pair.Second.Size)));

    /// <summary>Names that differ only in words and letters of direction: h0/hn, state/stateN, c_in/c_out, past_kv.1/present_kv.1.</summary>
    private static bool SameState(string input, string output) => input != output && Core(input) is { Length: > 0 } core && core == Core(output);

    private static string Core(string name)
    {
        var tokens = Words().Matches(name).Select(match => match.Value.ToLowerInvariant()).ToList();
        if (tokens.Count > 0 && tokens[^1] is "0" or "1" && tokens.Count(token => char.IsDigit(token[0])) == 1)
            tokens.RemoveAt(tokens.Count - 1);

        // past_key_values.0.key goes on as present.0.key.
        var keyValues = tokens.FindIndex(token => token == "key");
        if (keyValues >= 0 && keyValues + 1 < tokens.Count && tokens[keyValues + 1] == "values")
            tokens.RemoveRange(keyValues, 2);

        var core = tokens.Where(token => !Directions.Contains(token)).ToList();
        if (core.Count == 1 && core[0] is "hn" or "cn" or "sn")
            core[0] = core[0][..1];

        return string.Join('.', core);
    }

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")]
    private static partial Regex Words();
}
