using System.Runtime.CompilerServices;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A test against a real broker. Where mosquitto is not installed it is skipped, except in .ci/run, which installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
        : base(file, line)
    {
        if (Mosquitto.Command is null && Environment.GetEnvironmentVariable("EDGESEQ_NATIVE") != "1")
            Skip = "mosquitto is not installed";
    }
}
