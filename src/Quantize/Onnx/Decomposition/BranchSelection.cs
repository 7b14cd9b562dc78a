using EdgeSeq.Quantize.Onnx.Folding;
using EdgeSeq.Quantize.Onnx.Ort;

namespace EdgeSeq.Quantize.Onnx.Decomposition;

/// <summary>An If whose condition is known at run time only: both branches are computed and Where selects, if their shapes agree.</summary>
internal static class BranchSelection
{
    public static bool Apply(NodeParts parts)
    {
        var node = parts.Node;
        var renaming = new WireRenaming(parts.Graph);
        var yes = parts.Inline(node.Graph("then_branch"), renaming.Unique(node.Graph("then_branch").Defined()));
        var no = parts.Inline(node.Graph("else_branch"), renaming.Unique(node.Graph("else_branch").Defined()));
        if (!HaveSameShapes(parts, yes, no))
            return false;

        for (var k = 0; k < node.Outputs.Count; k++)
            parts.Output(k, parts.Add("Where", [node.RequiredInput(0), yes[k], no[k]]));

        return true;
    }

    private static bool HaveSameShapes(NodeParts parts, string[] yes, string[] no)
    {
        var types = TypeInference.Infer(parts.UpToParts());
        return yes.Zip(no)
            .All(pair => types.GetValueOrDefault(pair.First)?.Dims is { } a && types.GetValueOrDefault(pair.Second)?.Dims is { } b
            && a.SequenceEqual(b) && !a.Contains(OnnxDimension.Unknown));
    }
}
