namespace EdgeSeq.Device.Run;

/// <summary>Looks at a run while it goes.</summary>
public interface IRunObserver
{
    /// <summary>Called after each step, on the run's thread: what it takes, the next step waits.</summary>
    void StepDone(in RunProgress progress);
}
