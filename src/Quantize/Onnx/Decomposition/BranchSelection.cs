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
        string[] yes = parts.Inline(node.Graph("then_branch"), renaming.Unique(node.Graph("then_branch").Defined()));
        string[] no = parts.Inline(node.Graph("else_branch"), renaming.Unique(node.Graph("else_branch").Defined()));
        RequireSameShapes(parts, yes, no);
        for (int k = 0; k < node.Outputs.Count; k++)
        {
            parts.Output(k, parts.Add("Where", [node.RequiredInput(0), yes[k], no[k]]));
        }

        return true;
    }

    private static void RequireSameShapes(NodeParts parts, string[] yes, string[] no)
    {
        var types = TypeInference.Infer(parts.UpToParts());
        for (int k = 0; k < yes.Length; k++)
        {
            var (a, b) = (types.GetValueOrDefault(yes[k])?.Dims, types.GetValueOrDefault(no[k])?.Dims);
            if (a is null || b is null || !a.SequenceEqual(b) || a.Contains(OnnxDimension.Unknown))
            {
                throw Refusal.Of(parts.Node, $"its condition is computed at run time and its branches give '{yes[k]}' and '{no[k]}' of shapes that may differ",
                    "export the model with a fixed condition, or give the inputs it depends on with --set");
            }
        }
    }
}
