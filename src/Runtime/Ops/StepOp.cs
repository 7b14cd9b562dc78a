namespace EdgeSeq.Runtime.Ops;

/// <summary>One op of a program. Immutable: everything that changes lives in the frame. The constructor verifies operands and
/// attributes, so that a step neither fails, allocates nor leaves its spans, whatever the values are.</summary>
internal abstract class StepOp
{
    public abstract void Step(in Frame frame);
}
