using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeSeq.Device.Tests.Fixtures;

/// <summary>A test with ALSA's library. Where it is not installed it is skipped, except in .ci/run, which installs it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AlsaFactAttribute : FactAttribute
{
    public AlsaFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
        : base(file, line)
    {
        if (!NativeLibrary.TryLoad("libasound.so.2", out _) && Environment.GetEnvironmentVariable("EDGESEQ_NATIVE") != "1")
            Skip = "libasound2 is not installed";
    }
}
