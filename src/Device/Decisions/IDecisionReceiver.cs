namespace EdgeSeq.Device.Decisions;

/// <summary>Takes events as they are decided.</summary>
public interface IDecisionReceiver
{
    void Receive(in DecisionEvent decided);
}
