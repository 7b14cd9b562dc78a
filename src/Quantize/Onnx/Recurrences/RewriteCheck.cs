using EdgeSeq.Quantize.Onnx.Ort;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Runs a graph before and after it was rewritten on the same noise: a rewriting that changes an output is not kept.</summary>
internal static class RewriteCheck
{
    private const double Tolerance = 1e-3;

    private const int Ids = 4;

    /// <summary>Sizes of open dimensions behind the first.</summary>
    private static readonly int[] Lengths = [9, 4];

    /// <summary>True also where ONNX Runtime does not run the graph at these sizes, which then says nothing.</summary>
    public static bool IsSame(OnnxGraph before, OnnxGraph after) => Lengths.All(length => IsSame(before, after, length));

    private static bool IsSame(OnnxGraph before, OnnxGraph after, int length)
    {
        string[] outputs = [.. before.Outputs.Select(output => output.Name)];
        foreach (var inputs in new[] { Noise(before, length, timeFirst: false), Noise(before, length, timeFirst: true) })
        {
            if (Run(before, inputs, outputs) is { } expected)
                return Run(after, inputs, outputs) is { } actual && outputs.All(output => IsNear(expected[output], actual[output]));
        }

        return true;
    }

    private static IReadOnlyDictionary<string, OnnxTensor>? Run(OnnxGraph graph, Dictionary<string, OnnxTensor> inputs, string[] outputs)
    {
        try
        {
            return OrtEvaluator.Evaluate(graph, inputs, outputs);
        }
        catch (EdgeSeqException)
        {
            return null;
        }
    }

    /// <param name="timeFirst">Which open dimension has the length; the others are 1.</param>
    private static Dictionary<string, OnnxTensor> Noise(OnnxGraph graph, int length, bool timeFirst)
    {
        var random = new Random(5);
        return graph.Inputs.ToDictionary(input => input.Name, input =>
        {
            var dims = input.Dims ?? [];
            var open = Enumerable.Range(0, dims.Count).Where(i => dims[i].Size is null).ToList();
            var time = open.Count == 0 ? -1 : timeFirst || open.Count == 1 ? open[0] : open[1];
            long[] sizes = [.. dims.Select((dim, i) => dim.Size ?? (i == time ? length : 1))];
            var count = sizes.Aggregate(1L, (product, size) => product * size);
            var values = Enumerable.Range(0, (int)count)
                .Select(_ => input.ElementType.IsFloat() ? random.NextSingle() * 2 - 1 : (double)random.Next(Ids)).ToArray();
            return ElementConversion.FromDoubles(input.ElementType, sizes, values);
        });
    }

    private static bool IsNear(OnnxTensor expected, OnnxTensor actual) =>
        expected.Dims.SequenceEqual(actual.Dims) && expected.ToDoubles().Zip(actual.ToDoubles())
            .All(pair => pair.First.Equals(pair.Second)
            || Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1, Math.Abs(pair.First)));
}
