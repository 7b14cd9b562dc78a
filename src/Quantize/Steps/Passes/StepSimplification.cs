namespace EdgeSeq.Quantize.Steps.Passes;

/// <summary>Every pass over a step graph, in its order.</summary>
internal static class StepSimplification
{
    public static void Apply(StepGraph graph)
    {
        DeadNodes.Remove(graph);
        LayerNormFusion.Apply(graph);
        FourierTransforms.Apply(graph);
        FourierFusions.Apply(graph);
        BandedProducts.Apply(graph);
        SpelledFunctions.Apply(graph);
        Fusions.Apply(graph);
        CopiedCopies.Apply(graph);
        SharedConstants.Apply(graph);
    }
}
