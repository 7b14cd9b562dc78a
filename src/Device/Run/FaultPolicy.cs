namespace EdgeSeq.Device.Run;

/// <summary>What happens when a step's input holds a NaN, an infinity or a missing value.</summary>
public enum FaultPolicy
{
    /// <summary>The run ends with an error that names the place.</summary>
    Stop,

    /// <summary>The last good input is used again, and counted; before any good input the step is left out.</summary>
    Hold,

    /// <summary>The step is left out and the state starts anew, and that is counted.</summary>
    Reset,
}
