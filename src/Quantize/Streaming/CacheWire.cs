using EdgeSeq.Quantize.Steps;

namespace EdgeSeq.Quantize.Streaming;

/// <summary>What earlier steps left, before this step's element is put behind it: keys or values that grow by one element a step.</summary>
/// <param name="Axis">The axis along which it grows.</param>
/// <param name="FullShape">The ONNX shape at the analysis length.</param>
internal sealed record CacheWire(int Axis, int[] FullShape) : Wire
{
    /// <summary>Ops that may rearrange it.</summary>
    private static readonly HashSet<string> Layout = ["Cast", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose",
        "Unsqueeze"];

    public override string Description(int inputRate) => "part of what attention keeps";

    /// <summary>It may be rearranged, and this step's element is put behind it: then it is a sequence.</summary>
    public override Wire?[] Continue(NodeContext c)
    {
        if (c.Node.OpType == "Concat" && c.InputCount == 2 && c.Input(0) is CacheWire cache && c.Input(1) is LatestWire element
            && Shapes.Axis(c.Node.Int("axis"), cache.FullShape.Length) == cache.Axis && element.Value.Shape[cache.Axis] == 1)
        {
            return [new StreamWire(element.Value, element.Clock, cache.Axis, c.FullShape())];
        }

        if (!Layout.Contains(c.Node.OpType) || c.Input(0) is not CacheWire)
        {
            throw c.Refuse("it uses what earlier steps left other than by putting this step's element behind it (Concat)",
                "export the graph over a whole sequence, or with states of constant size");
        }

        return [.. c.Node.Outputs.Select((_, k) => new CacheWire(GrowingAxis(c, k), c.FullShape(k)))];
    }

    private static int GrowingAxis(NodeContext c, int output)
    {
        var (shape, other) = (c.FullShape(output), c.Analysis.ShapeAt(c.Node.Outputs[output], c.Analysis.OtherLength) ?? []);
        int[] growing = [.. Enumerable.Range(0, Math.Min(shape.Length, other.Length))
            .Where(i => shape[i] - other[i] == c.Analysis.Length - c.Analysis.OtherLength)];
        return growing.Length == 1 ? growing[0] : throw c.Refuse("it takes apart what earlier steps left along the axis of the steps");
    }
}
