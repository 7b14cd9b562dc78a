using System.Globalization;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Last observations that the model wants beside or in its input: the session keeps them as a state, zeros before the start. As
/// HIST=OBS the model takes a history [.., H, F] of its own, oldest first, and the observation enters it after the step. As
/// OBS=H,oldest-first or OBS=H,newest-first the input itself is a stack of the last H observations, the new one among them, and a step of
/// the program takes the new one alone.
/// </summary>
internal static class HistoryInputs
{
    private const string Oldest = "oldest-first", Newest = "newest-first";

    /// <summary>Adds the new history as an output.</summary>
    /// <param name="graph">Changed.</param>
    /// <param name="text">HIST=OBS, OBS=H,oldest-first or OBS=H,newest-first.</param>
    /// <returns>The pair of states.</returns>
    /// <exception cref="EdgeSeqException">ES0720: the inputs do not fit.</exception>
    public static (string Input, string Output) Apply(OnnxGraph graph, string text)
    {
        var at = text.IndexOf('=');
        if (at <= 0)
            throw Invalid(text, "it is neither HIST=OBS nor OBS=H,oldest-first nor OBS=H,newest-first", "--history history=observation");

        string left = text[..at], right = text[(at + 1)..];
        return right.Split(',') is [var count, (Oldest or Newest) and var order]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? Stacked(graph, text, left, length, order == Newest)
            : Beside(graph, text, left, right);
    }

    private static (string Input, string Output) Beside(OnnxGraph graph, string text, string history, string observation)
    {
        OnnxValue all = Input(graph, text, history), one = Input(graph, text, observation);
        if (Sizes(all) is not [.., var length, var features] sizes || length < 1 || Sizes(one) is not { } own
            || own.Aggregate(1L, (a, b) => a * b) != features || sizes[..^2].Any(size => size != 1))
        {
            throw Invalid(text, $"{one} is no observation of the history {all}",
                $"a history [1, H, F] needs an observation of F elements; sizes of symbols are set with --dim");
        }

        long[] row = [.. sizes[..^2], 1, features];
        var newest = Reshaped(graph, observation, row, history);
        var joined = Add(graph, history, "Concat", [history, newest], ("axis", (long)(sizes.Length - 2)));
        return Kept(graph, all, joined, from: 1, to: length + 1, sizes.Length - 2);
    }

    private static (string Input, string Output) Stacked(OnnxGraph graph, string text, string name, int length, bool newestFirst)
    {
        var input = Input(graph, text, name);
        var sizes = Sizes(input);
        var axis = sizes is null ? -1 : sizes.Length >= 3 && sizes[^2] == length ? sizes.Length - 2 : sizes.Length - 1;
        if (sizes is null || length < 2 || axis < 0 || sizes[axis] % length != 0)
        {
            throw Invalid(text, $"{input} is no stack of {length} observations",
                "its last axis, or the one before, must have a multiple of H");
        }

        var features = sizes[axis] / length;
        string kept = $"{name}.history", stack = $"{name}.stack";
        graph.RedirectReaders(name, stack);
        graph.Inputs[graph.Inputs.IndexOf(input)] = input with { Dims = With(sizes, axis, features) };
        var history = input with { Name = kept, Dims = With(sizes, axis, features * (length - 1)) };
        graph.Inputs.Add(history);
        graph.Nodes.Insert(0, new OnnxNode($"{name}.stack", "Concat")
        {
            Inputs = newestFirst ? [name, kept] : [kept, name],
            Outputs = [stack],
            Attributes = { ["axis"] = (long)axis },
        });
        var from = newestFirst ? 0 : features;
        return Kept(graph, history, stack, from, from + features * (length - 1), axis);
    }

    private static (string Input, string Output) Kept(OnnxGraph graph, OnnxValue history, string all, long from, long to, int axis)
    {
        string Constant(string part, long value)
        {
            var name = $"{history.Name}.{part}";
            graph.Initializers[name] = OnnxTensor.Vector(value);
            return name;
        }

        var next = Add(graph, history.Name, "Slice", [all, Constant("from", from), Constant("to", to), Constant("axis", axis)]);
        graph.Outputs.Add(history with { Name = next });
        return (history.Name, next);
    }

    private static string Reshaped(OnnxGraph graph, string wire, long[] shape, string history)
    {
        graph.Initializers[$"{history}.row"] = OnnxTensor.Vector(shape);
        return Add(graph, history, "Reshape", [wire, $"{history}.row"]);
    }

    private static string Add(OnnxGraph graph, string history, string op, string[] inputs,
        params (string Name, OnnxAttribute Value)[] attributes)
    {
        var output = $"{history}.{op.ToLowerInvariant()}";
        graph.Nodes.Add(new OnnxNode(output, op)
        {
            Inputs = [.. inputs],
            Outputs = [output],
            Attributes = attributes.ToDictionary(attribute => attribute.Name, attribute => attribute.Value),
        });
        return output;
    }

    private static OnnxDimension[] With(long[] sizes, int axis, long size) =>
        [.. sizes.Select((old, i) => new OnnxDimension(i == axis ? size : old))];

    /// <summary>Sizes with an open batch in front taken as 1; null where another dimension is open.</summary>
    private static long[]? Sizes(OnnxValue input) => input.Dims is { Count: > 0 } dims && dims.Skip(1).All(dim => dim.Size is not null)
        ? [.. dims.Select(dim => dim.Size ?? 1)] : null;

    private static OnnxValue Input(OnnxGraph graph, string text, string name) =>
        graph.Inputs.FirstOrDefault(input => input.Name == name)
            ?? throw Invalid(text, $"there is no input '{name}'", $"the inputs are {string.Join(", ", graph.Inputs)}");

    private static EdgeSeqException Invalid(string text, string problem, string hint) =>
        new(ErrorCodes.InputValueInvalid, $"--history {text}: {problem}", hint);
}
