using System.Diagnostics;
using EdgeSeq.Runtime.Sessions;

namespace EdgeSeq.Hosting;

/// <summary>The activity of a stream: begun and ended with it, with its numbers.</summary>
internal sealed class StreamTrace(HostedSession session) : IDisposable
{
    private readonly Activity? _activity = session.StartActivity();
    private long _outputs;

    /// <summary>Counts and gives back.</summary>
    public StepResult Count(StepResult result)
    {
        if (result.HasOutput)
            _outputs++;
        return result;
    }

    public void Dispose()
    {
        _activity?.SetTag(EdgeSeqTelemetry.StepsTag, session.Session.StepCount)
            .SetTag(EdgeSeqTelemetry.OutputsTag, _outputs)
            .SetTag(EdgeSeqTelemetry.RefusedTag, session.Session.RefusedSteps)
            .Dispose();
    }
}
