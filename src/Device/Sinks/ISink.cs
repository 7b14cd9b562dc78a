using EdgeSeq.Device.Decisions;

namespace EdgeSeq.Device.Sinks;

/// <summary>Where outputs and the events decided from them go. A sink that is for one of the two leaves the other out.</summary>
public interface ISink : IDecisionReceiver, IDisposable
{
    /// <summary>Takes the outputs of a step that produced at least one.</summary>
    void Write(IStepOutputs outputs);

    void IDecisionReceiver.Receive(in DecisionEvent decided)
    {
    }

    /// <summary>A recording of a set is over.</summary>
    void EndRecording();

    /// <summary>Hands over what was held back, so that a reader at the other end sees it.</summary>
    void Flush();

    /// <summary>Brings the result into its final form and place; called once, after the last step, also when the user ended the run.
    /// A sink that is disposed without it leaves no half-written file that looks whole.</summary>
    void Complete();
}
