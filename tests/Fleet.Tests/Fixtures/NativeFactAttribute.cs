using System.Runtime.CompilerServices;

namespace EdgeSeq.Fleet.Tests.Fixtures;

/// <summary>A test with real Redis, mosquitto or Chromium: where <c>EDGESEQ_NATIVE</c> is 1, as in .ci/run, which installs
/// them.
/// A missing one is a failure then.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("EDGESEQ_NATIVE") != "1")
            Skip = "needs real servers: EDGESEQ_NATIVE=1";
    }
}
