using EdgeSeq.Quantize.Steps;
using EdgeSeq.Quantize.Streaming;

namespace EdgeSeq.Quantize.Ops;

/// <summary>Ops on a cache of earlier steps: it may be rearranged, and this step's element is put behind it. Then it is a sequence.</summary>
internal static class CacheOps
{
    private static readonly HashSet<string> Layout = ["Cast", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"];

    public static Wire?[] Continue(NodeContext c)
    {
        if (c.Node.OpType == "Concat" && c.InputCount == 2 && c.Input(0) is CacheWire cache && c.Input(1) is LatestWire element
            && LayoutOps.Axis(c.Node.Int("axis"), cache.FullShape.Length) == cache.Axis && element.Value.Shape[cache.Axis] == 1)
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
        var (shape, other) = (c.FullShape(output), c.Analysis.ValueAt(c.Node.Outputs[output], c.Analysis.OtherLength)?.StepShape() ?? []);
        int[] growing = [.. Enumerable.Range(0, Math.Min(shape.Length, other.Length)).Where(i => shape[i] - other[i] == c.Analysis.Length - c.Analysis.OtherLength)];
        return growing.Length == 1 ? growing[0] : throw c.Refuse("it takes apart what earlier steps left along the axis of the steps");
    }
}
