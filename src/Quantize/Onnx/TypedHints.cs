namespace EdgeSeq.Quantize.Onnx;

/// <summary>Hints with a graph's own names and numbers: what they say can be typed as it stands.</summary>
internal static class TypedHints
{
    /// <summary>The whole graph once every so many inputs.</summary>
    public static string Window(int length) =>
        $"convert with --mode window --window {length} --hop {length} to run the whole graph on the last {length} inputs; a smaller hop "
        + "runs it more often";

    /// <summary>Every axis that may be named as time, the likeliest first.</summary>
    /// <param name="except">Axes that have been tried.</param>
    public static string TimeAxis(OnnxGraph graph, IReadOnlyDictionary<string, int>? except = null)
    {
        var named = graph.Inputs.Where(input => input.Dims is not null)
            .SelectMany(input => input.Dims!.Select((dim, axis) => (input.Name, Axis: axis, dim.Size)))
            .Where(place => place.Size != 1 && !(except?.TryGetValue(place.Name, out var tried) == true && tried == place.Axis))
            .OrderBy(place => place.Size is null ? 0 : 1).Take(3).Select(place => $"--time-axis {place.Name}={place.Axis}").ToList();
        return named.Count == 0 ? "convert with --mode step if the whole input is one step"
            : $"name the time axis, {string.Join(" or ", named)}, or convert with --mode step if the whole input is one step";
    }

    /// <summary>The inputs that decide a shape or a condition, as constants.</summary>
    /// <param name="otherwise">What helps where they are all of the model's inputs, or none.</param>
    public static string Set(OnnxGraph graph, IReadOnlyList<string> inputs, string otherwise) =>
        inputs.Count == 0 || inputs.Count == graph.Inputs.Count ? otherwise
            : $"give its inputs with their values, {string.Join(" ", inputs.Select(name => $"--set {name}=0"))}, or {otherwise}";
}
