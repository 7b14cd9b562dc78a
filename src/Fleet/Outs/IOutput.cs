namespace EdgeSeq.Fleet.Outs;

/// <summary>Takes outputs and events of shards somewhere. A message may come again after a fault: its sequence numbers tell.</summary>
public interface IOutput
{
    /// <summary>For logs and metrics.</summary>
    string Name { get; }

    /// <summary>Delivers; the task ends when the other side has it for good, and fails where it has not.</summary>
    Task Deliver(OutputMessage message, CancellationToken cancellation);
}
