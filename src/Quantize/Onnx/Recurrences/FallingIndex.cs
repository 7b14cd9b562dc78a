namespace EdgeSeq.Quantize.Onnx.Recurrences;

/// <summary>Indices of a body that begin with a number known around the loop and fall by one with each iteration.</summary>
internal sealed class FallingIndex(LoopBodyEditor editor, OuterValues outer)
{
    private static readonly HashSet<string> Passing = ["Identity", "Cast", "Squeeze", "Unsqueeze", "Reshape"];

    private readonly Dictionary<string, OnnxNode> _producers = editor.Body.Producers();

    /// <summary>The index of the first iteration around the loop, as a vector of one; null where the wire is something else.</summary>
    public string? StartOf(string wire) => Of(wire) is { Slope: -1 } index
        ? Sum(index.Start is { } start ? Vector(start) : null, editor.Constant(OnnxTensor.Vector(index.Constant))) : null;

    private static long? Whole(OnnxTensor? tensor) => IterationNumber.Whole(tensor);

    /// <summary>slope · number + start + constant.</summary>
    private Linear? Of(string wire)
    {
        if (wire == editor.Iteration)
            return new Linear(1, null, 0);

        if (Whole(editor.Body.Constant(wire)) is long constant)
            return new Linear(0, null, constant);

        if (_producers.TryGetValue(wire, out var node) && node.Domain.Length == 0 && OfNode(node) is { } linear)
            return linear;

        return outer.Of(wire) is { } known ? new Linear(0, known, 0) : null;
    }

    private Linear? OfNode(OnnxNode node) => node.OpType switch
    {
        "Add" => Sum(Of(node.Inputs[0]), Of(node.Inputs[1])),
        "Sub" => Sum(Of(node.Inputs[0]), Negative(Of(node.Inputs[1]))),
        "Neg" => Negative(Of(node.Inputs[0])),
        "Mul" => Product(Of(node.Inputs[0]), Of(node.Inputs[1])) ?? Product(Of(node.Inputs[1]), Of(node.Inputs[0])),
        _ => Passing.Contains(node.OpType) ? Of(node.Inputs[0]) : null,
    };

    private Linear? Sum(Linear? a, Linear? b) => a is { } x && b is { } y
        ? new Linear(x.Slope + y.Slope, Sum(x.Start, y.Start), x.Constant + y.Constant) : null;

    private Linear? Negative(Linear? a) => a is { } x
        ? new Linear(-x.Slope, x.Start is { } start ? editor.Before("Neg", [Vector(start)]) : null, -x.Constant) : null;

    private Linear? Product(Linear? a, Linear? factor) => factor is { Slope: 0, Start: null, Constant: var by }
        ? by switch
        {
            1 => a,
            -1 => Negative(a),
            _ => a is { Start: null } x ? new Linear(x.Slope * by, null, x.Constant * by) : null,
        }
        : null;

    private string? Sum(string? a, string? b) => a is null ? b : b is null ? a : editor.Before("Add", [Vector(a), Vector(b)]);

    private string Vector(string wire) => editor.Before("Reshape",
        [editor.Before("Cast", [wire], ("to", (long)OnnxElementType.Int64)), editor.Constant(OnnxTensor.Vector(1))]);

    private readonly record struct Linear(long Slope, string? Start, long Constant);
}
