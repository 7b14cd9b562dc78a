namespace EdgeSeq.Runtime.Ops.Basics;

/// <summary>One op of a program. Immutable: everything that changes lives in the frame. The constructor verifies operands and
/// attributes, so that a step neither fails, allocates nor leaves its spans, whatever the values are.</summary>
internal abstract class StepOp
{
    /// <summary>Whether several steps of one session are faster by <see cref="BeginParts"/> than one by one.</summary>
    public virtual bool SharesParts => false;

    public abstract void Step(in Frame frame);

    /// <summary>Puts back what the step of this frame overwrote in a state and a later step reads before it writes it again, as far as no
    /// <see cref="StateWrite"/> names it.</summary>
    public virtual void Undo(in Frame frame)
    {
    }

    /// <summary>The same step for several sessions. Ops with weights override this to read the weights once for all of them; every
    /// session gets the bits of <see cref="Step"/>.</summary>
    public virtual void StepMany(in GroupFrame group)
    {
        foreach (ref readonly var member in group.Members)
            Step(member);
    }

    /// <summary>What the steps of <see cref="StepPart"/> that follow have in common, such as a product with all their inputs.</summary>
    /// <param name="parts">Steps of one session, one after the other, each with an arena of its own.</param>
    public virtual void BeginParts(in GroupFrame parts)
    {
    }

    /// <summary>One of these steps, after those before it: the bits of <see cref="Step"/>.</summary>
    public virtual void StepPart(in GroupFrame parts, int part) => Step(parts.Members[part]);
}
