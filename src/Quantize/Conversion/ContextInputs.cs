using System.Globalization;
using EdgeSeq.Quantize.Onnx;
using EdgeSeq.Runtime.Errors;

namespace EdgeSeq.Quantize.Conversion;

/// <summary>
/// Frames that begin with the last samples of the frame before (Silero VAD takes 64 of them in front of 512 new ones): the session keeps
/// those, zeros before the start, and a step of the program takes the new samples alone.
/// </summary>
internal static class ContextInputs
{
    /// <param name="graph">Changed: the input is shorter, and what is kept is an input and an output more.</param>
    /// <param name="text">N for the only input of floats that is a frame, or INPUT=N.</param>
    /// <returns>The pair of states.</returns>
    /// <exception cref="EdgeSeqException">ES0720: the input does not fit.</exception>
    public static (string Input, string Output) Apply(OnnxGraph graph, string text)
    {
        var at = text.LastIndexOf('=');
        if (!int.TryParse(text[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
            throw Invalid(text, "it is neither N nor INPUT=N", "--context 64");

        var input = InputOf(graph, text, at < 0 ? null : text[..at], count);
        var axis = input.Dims!.Count - 1;
        var length = input.Dims[axis].Size;
        string name = input.Name, kept = $"{name}.context", frame = $"{name}.frame", next = $"{name}.context.next";
        graph.RedirectReaders(name, frame);
        graph.Inputs[graph.Inputs.IndexOf(input)] = length is null ? input : With(input, length.Value - count);
        var context = With(input, count) with { Name = kept };
        graph.Inputs.Add(context);
        graph.Nodes.Insert(0, new OnnxNode(frame, "Concat")
        {
            Inputs = [kept, name],
            Outputs = [frame],
            Attributes = { ["axis"] = (long)axis },
        });
        foreach (var (part, value) in new[] { ("from", -(long)count), ("to", long.MaxValue), ("axis", axis) })
            graph.Initializers[$"{kept}.{part}"] = OnnxTensor.Vector(value);

        graph.Nodes.Add(new OnnxNode(next, "Slice") { Inputs = [frame, $"{kept}.from", $"{kept}.to", $"{kept}.axis"], Outputs = [next] });
        graph.Outputs.Add(context with { Name = next });
        return (kept, next);
    }

    /// <summary>The input of that name, or the only one that is one frame longer than the context.</summary>
    private static OnnxValue InputOf(OnnxGraph graph, string text, string? name, int count)
    {
        OnnxValue[] fitting = [.. graph.Inputs.Where(input => input.ElementType.IsFloat() && IsFrame(input, count)
            && (name is null ? input.Dims!.Count <= 2 : input.Name == name))];
        return fitting.Length == 1 ? fitting[0] : throw Invalid(text, fitting.Length == 0
            ? $"no input{(name is null ? "" : $" '{name}'")} is a frame of more than {count} samples" : "more than one input may be "
                + "the frame",
            $"--context INPUT=N; the inputs are {string.Join(", ", graph.Inputs)}");
    }

    private static bool IsFrame(OnnxValue input, int count) =>
        input.Dims is { Count: > 0 } dims && (dims[^1].Size is null || dims[^1].Size > count)
        && dims.SkipLast(1).All(dim => dim.Size is null or 1);

    private static OnnxValue With(OnnxValue input, long last) =>
        input with { Dims = [.. input.Dims!.SkipLast(1), new OnnxDimension(last)] };

    private static EdgeSeqException Invalid(string text, string problem, string hint) =>
        new(ErrorCodes.InputValueInvalid, $"--context {text}: {problem}", hint);
}
