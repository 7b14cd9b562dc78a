using System.Numerics.Tensors;
using EdgeSeq.Runtime.Program;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Device.Sinks;

/// <summary>The class that an output with labels puts first.</summary>
public static class TopClass
{
    /// <summary>Index of the largest value, null for an output without labels for its values.</summary>
    public static int? Of(IStepOutputs step, int output, OutputInfo info) =>
        info.Type == ElementType.F32 && info.Labels?.Count == info.Length ? TensorPrimitives.IndexOfMax(step.Floats(output)) : null;
}
